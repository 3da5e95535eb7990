import AgentEvents
import Foundation
import Notifications
import Resilience
import Synchronization
import Testing

/// Against a server in Python that misbehaves as told.
struct HTTPSenderTests {
    private static let server = Result { try TestServer() }
    private let server: TestServer

    init() throws { server = try Self.server.get() }

    /// One attempt at a webhook.
    private func send(
        _ url: String,
        timeout: Int64 = 5 * Micros.second,
        resolver: HostResolver = .system
    ) async throws -> AttemptResult {
        let settings = Samples.settings(.webhook, url: url)
        let outgoing = try settings.receiver().outgoing(for: Samples.delivery(), at: Samples.start)
        guard case .requests(let requests) = outgoing else { throw CocoaError(.featureUnsupported) }
        let sender = HTTPSender(resolver: resolver) { Samples.start }
        return await sender.send(requests[0], timeout: timeout)
    }

    @Test(
        "What a status means is told with the answer's beginning",
        arguments: [
            (200, AttemptVerdict.accepted), (204, .accepted), (400, .refused), (404, .refused),
            (408, .again(after: nil)), (500, .again(after: nil)), (503, .again(after: nil)),
        ]
    )
    func statuses(status: Int, verdict: AttemptVerdict) async throws {
        let result = try await send(server.url("/status/\(status)"))
        #expect(result.verdict == verdict)
        if verdict != .accepted {
            #expect(result.problem?.hasPrefix("HTTP \(status): ") == true, "\(result)")
        }
    }

    @Test("429 with Retry-After")
    func retryAfter() async throws {
        let result = try await send(server.url("/later/17"))
        #expect(result.verdict == .again(after: 17 * Micros.second))
    }

    @Test("A redirect is not followed")
    func redirect() async throws {
        let result = try await send(server.url("/redirect"))
        #expect(result.verdict == .refused)
        #expect(result.problem?.hasPrefix("HTTP 307") == true)
        #expect(try server.requests().allSatisfy { !$0.path.contains("redirected") })
    }

    @Test("A receiver that hangs, or answers a byte at a time, costs no more than the timeout")
    func hangs() async throws {
        let problem = "no answer in time"
        for path in ["/hang", "/drip"] {
            // They never end by themselves, so that this returns shows that the timeout works.
            let result = try await send(server.url(path), timeout: 300_000)
            #expect(result == .again(problem), "\(path)")
        }
    }

    @Test("Connections that are reset, refused, or lead nowhere may be tried again")
    func connections() async throws {
        for url in [server.url("/reset"), "http://127.0.0.1:1/", "http://nowhere.invalid/"] {
            let result = try await send(url, timeout: 20 * Micros.second)
            #expect(result.verdict == .again(after: nil), "\(url)")
            #expect(result.problem != nil)
        }
    }

    @Test("Of a huge answer only the beginning is read")
    func huge() async throws {
        let result = try await send(server.url("/huge"), timeout: 20 * Micros.second)
        #expect(result.verdict == .again(after: nil))
        #expect((result.problem ?? "").utf8.count < 300)
    }

    @Test("What an answer quotes of the URL is not shown")
    func echo() async throws {
        for path in ["/status/400/token-hunter2", "/say/token-hunter2?x=y"] {
            let url = server.url(path).replacing("http://", with: "http://ops:hunter2@")
            let result = try await send(url)
            #expect(result.problem?.contains("hunter2") == false, "\(result)")
            #expect(result.problem?.contains("***") == true, "\(result)")
        }
    }

    @Test("A certificate that nobody vouches for is not accepted, and nothing is sent")
    func certificate() async throws {
        let server = try TestServer(isEncrypted: true)
        let url = server.url("/ok").replacing("http://127.0.0.1", with: "https://localhost")
        let result = try await send(url)
        #expect(result == .again("no TLS connection to https://localhost:\(server.port)"))
        #expect(try server.requests().isEmpty)
    }

    @Test("A user and a password in the URL are sent as a header")
    func authorization() async throws {
        let path = "/ok?\(UUID().uuidString)"
        let url = server.url(path).replacing("http://", with: "http://ops:pa%20ss@")
        _ = try await send(url.replacing("/ok", with: "/status/200"))
        let request = try #require(try server.requests().last { $0.path.contains(path.suffix(36)) })
        #expect(request.headers["Authorization"] == "Basic b3BzOnBhIHNz")
        #expect(request.headers["Content-Type"] == "application/json")
    }

    @Test("A name that leads to an address that is not public is refused, one such among many too")
    func privateNames() async throws {
        for addresses in [
            ["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["::ffff:127.0.0.1"],
            ["169.254.169.254"],
        ] {
            let resolver = HostResolver { _ in addresses.compactMap { IPAddress($0) } }
            let result = try await send(
                "http://receiver.example.com:\(server.port)/ok",
                resolver: resolver
            )
            #expect(result.verdict == .refused, "\(addresses)")
            #expect(result.problem?.contains("not public") == true)
        }
        let hosts = try server.requests().compactMap { $0.headers["Host"] }
        #expect(!hosts.contains { $0.contains("example") })
    }

    @Test("localhost is this machine, and nothing else whatever the resolver says")
    func localhost() async throws {
        let url = "http://localhost:\(server.port)/ok"
        #expect(try await send(url) == .accepted)
        let elsewhere = HostResolver { _ in [IPAddress("8.8.8.8")].compactMap { $0 } }
        #expect(try await send(url, resolver: elsewhere).verdict == .refused)
    }

    @Test("The name is looked up once, and what was checked is connected to")
    func rebinding() async throws {
        // `localhost` under other lookups: the second address would be another machine's.
        let lookups = Mutex(0)
        let resolver = HostResolver { name in
            #expect(name == "localhost")
            let count = lookups.withLock {
                $0 += 1
                return $0
            }
            return [IPAddress(count == 1 ? "127.0.0.1" : "192.0.2.1")].compactMap { $0 }
        }
        let url = "http://LOCALHOST:\(server.port)/ok?\(UUID().uuidString)"
        #expect(try await send(url, resolver: resolver) == .accepted)
        #expect(lookups.withLock { $0 } == 1)
    }

    @Test("The next address is tried where the first takes no connection")
    func secondAddress() async throws {
        let resolver = HostResolver { _ in
            ["127.0.0.2", "127.0.0.1"].compactMap { IPAddress($0) }
        }
        #expect(
            try await send("http://localhost:\(server.port)/ok", resolver: resolver) == .accepted
        )
    }

    @Test("A resolver that hangs costs no more than the timeout")
    func slowResolver() async throws {
        let resolver = HostResolver { _ in
            try await Task.sleep(for: .seconds(6_000))
            return []
        }
        let result = try await send("http://x.example.com/", timeout: 200_000, resolver: resolver)
        #expect(result == .again("no answer in time"))
    }
}
