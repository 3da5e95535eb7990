import HTTPTypes
import Hummingbird
import Testing

@testable import DashboardServer

/// Who may ask what, before any route sees a request.
struct AccessTests {
    private static let token = "Zk3vQ8mT1xW6rB9yN4cL"

    private static func options() throws -> ServerOptions {
        var options = ServerOptions()
        options.hostNames = ["dash.example.com"]
        try options.tokens.add(token, .read)
        return options
    }

    private static func request(
        _ headers: [(HTTPField.Name, String)],
        method: HTTPRequest.Method = .get,
        host: String? = "dash.example.com"
    ) -> Request {
        var fields = HTTPFields()
        for (name, value) in headers { fields.append(HTTPField(name: name, value: value)) }
        let head = HTTPRequest(
            method: method,
            scheme: "http",
            authority: host,
            path: "/",
            headerFields: fields
        )
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }

    private static func client(_ address: String, encrypted: Bool = false) -> Client {
        Client(request([]), peer: address, isEncrypted: encrypted, TrustedProxies())
    }

    private static func status(_ body: () throws -> Void) -> Int? {
        do { try body() } catch let problem as Problem { return problem.status.code } catch {
            Issue.record("\(error)")
        }
        return nil
    }

    @Test("Wrong tokens of one address keep neither valid ones nor other addresses out")
    func failures() throws {
        let authenticator = Authenticator(try Self.options())
        let attacker = Self.client("192.0.2.1")
        var codes: [Int?] = []
        for _ in 0..<50 {
            codes.append(Self.status { _ = try authenticator.level(of: "wrong", from: attacker) })
        }
        #expect(codes.prefix(20).allSatisfy { $0 == nil } && codes.last == 429, "\(codes)")
        #expect(try authenticator.level(of: Self.token, from: attacker) == .read)
        #expect(try authenticator.level(of: "wrong", from: Self.client("192.0.2.2")) == nil)
    }

    @Test(
        "The scheme is read in any case and with any number of spaces",
        arguments: [
            ("Bearer \(Self.token)", nil), ("bearer \(Self.token)", nil),
            ("BEARER   \(Self.token)", nil), (" Bearer \(Self.token) ", nil),
            ("Bearer \(Self.token.uppercased())", 401), ("Bearer", 401), ("Bearer ", 401),
            ("Basic Og==", 401), (Self.token, 401), ("Bearer \(Self.token) \(Self.token)", 401),
            ("", 401),
        ] as [(String, Int?)]
    )
    func bearer(header: String, code: Int?) throws {
        let authenticator = Authenticator(try Self.options())
        let request = Self.request([(.authorization, header)])
        let found = Self.status {
            try authenticator.authorise(request, from: Self.client("192.0.2.1"), for: .read)
        }
        #expect(found == code)
    }

    @Test("Two Host headers are refused, whichever comes first")
    func twoHosts() throws {
        let admission = AdmissionMiddleware(try Self.options())
        for (first, second) in [("localhost", "evil.com"), ("evil.com", "localhost")] {
            let request = Self.request([(.host, second)], host: first)
            let code = Self.status { try admission.admit(request, from: Self.client("192.0.2.1")) }
            #expect(code == 400)
        }
    }

    @Test(
        "An origin is our own where it names the host, by either scheme unless we know which",
        arguments: [
            ("http://dash.example.com", false, nil), ("https://dash.example.com", false, nil),
            ("https://DASH.example.com:443", false, nil),
            ("http://dash.example.com:80", false, nil),
            ("https://dash.example.com", true, nil), ("http://dash.example.com", true, 403),
            ("https://evil.example", false, 403), ("https://dash.example.com:8443", false, 403),
            ("https://dash.example.com.evil.example", false, 403), ("null", false, 403),
            ("https://dash.example.com:80", false, 403), ("", false, 403),
        ] as [(String, Bool, Int?)]
    )
    func origins(origin: String, encrypted: Bool, code: Int?) throws {
        let admission = AdmissionMiddleware(try Self.options())
        let request = Self.request([(.origin, origin)], method: .post)
        let client = Self.client("192.0.2.1", encrypted: encrypted)
        #expect(Self.status { try admission.admit(request, from: client) } == code)
    }

    @Test("Buckets of addresses stay bounded, and refill")
    func buckets() {
        let limit = AddressTokenBuckets(perSecond: 1, burst: 2, maxAddresses: 4)
        let start = ContinuousClock.now
        for address in ["a", "b", "c", "d"] {
            #expect(limit.tryAcquire(address, now: start) && limit.tryAcquire(address, now: start))
            #expect(!limit.tryAcquire(address, now: start))
        }
        let later = start + .seconds(1)
        #expect(limit.tryAcquire("a", now: later) && !limit.tryAcquire("a", now: later))
        // Only those that have refilled are dropped for a fifth.
        let much = start + .seconds(2)
        #expect(limit.tryAcquire("e", now: much))
        #expect(limit.tryAcquire("a", now: much) && !limit.tryAcquire("a", now: much))
    }
}
