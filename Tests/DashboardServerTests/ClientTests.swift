import HTTPTypes
import Hummingbird
import Testing

@testable import DashboardServer

struct ClientTests {
    private static func client(
        peer: String?,
        forwardedFor: [String] = [],
        proto: String? = nil,
        trusting proxies: [String] = ["127.0.0.1", "10.0.0.0/8", "::1"]
    ) -> Client {
        var trusted = TrustedProxies()
        for proxy in proxies { _ = trusted.add(proxy) }
        var headers = HTTPFields()
        headers[values: .forwardedFor] = forwardedFor
        headers[.forwardedProto] = proto
        let head = HTTPRequest(
            method: .get,
            scheme: "http",
            authority: "a",
            path: "/",
            headerFields: headers
        )
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        return Client(request, peer: peer, isEncrypted: false, trusted)
    }

    @Test("Forwarding headers are believed from trusted proxies alone")
    func trust() {
        let said = Self.client(peer: "127.0.0.1", forwardedFor: ["203.0.113.7"], proto: "https")
        #expect(said.address == "203.0.113.7" && said.isEncrypted)
        let lied = Self.client(peer: "192.0.2.1", forwardedFor: ["203.0.113.7"], proto: "https")
        #expect(lied.address == "192.0.2.1" && !lied.isEncrypted)
        let none = Self.client(peer: nil, forwardedFor: ["203.0.113.7"], proto: "https")
        #expect(none.address == "unknown" && !none.isEncrypted)
    }

    @Test(
        "The client is the first address from the right that is no trusted proxy's",
        arguments: [
            (["203.0.113.7"], "203.0.113.7"), (["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            (["203.0.113.7, 10.2.3.4"], "203.0.113.7"),
            (["1.1.1.1", "203.0.113.7 , 10.2.3.4"], "203.0.113.7"),
            (["10.9.9.9, 10.2.3.4"], "10.9.9.9"), ([], "127.0.0.1"), (["nonsense"], "127.0.0.1"),
            (["203.0.113.7, nonsense"], "127.0.0.1"), (["::ffff:10.1.1.1"], "::ffff:10.1.1.1"),
        ]
    )
    func hops(headers: [String], address: String) {
        #expect(Self.client(peer: "127.0.0.1", forwardedFor: headers).address == address)
    }

    @Test("Networks hold the addresses that share their first bits")
    func networks() {
        var proxies = TrustedProxies()
        for wrong in ["", "localhost", "10.0.0.0/33", "10.0.0.0/x", "10.0.0", "fe80::/129"] {
            let isTaken = proxies.add(wrong)
            #expect(!isTaken, "\(wrong)")
        }
        for network in ["172.16.0.0/12", "2001:db8::/33"] {
            let isTaken = proxies.add(network)
            #expect(isTaken, "\(network)")
        }
        for inside in ["172.16.0.1", "172.31.255.255", "2001:db8:7fff::1", "::ffff:172.20.0.1"] {
            #expect(proxies.contains(inside), "\(inside)")
        }
        for outside in ["172.32.0.0", "172.15.0.1", "2001:db8:8000::1", "", "x"] {
            #expect(!proxies.contains(outside), "\(outside)")
        }
    }

    @Test("Limits count an IPv6 client by its first 64 bits")
    func network() {
        let one = Self.client(peer: "2001:db8:1:2:aaaa::1").network
        #expect(one == Self.client(peer: "2001:db8:1:2:bbbb::2").network)
        #expect(one != Self.client(peer: "2001:db8:1:3::1").network)
        #expect(Self.client(peer: "192.0.2.1").network == "192.0.2.1")
    }
}
