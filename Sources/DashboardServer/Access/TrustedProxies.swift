import Foundation
import Hummingbird

/// The address of a client or a proxy, of IPv4 or IPv6, as bytes in network order.
struct ClientAddress: Sendable, Hashable {
    /// 4 bytes, or 16; an IPv4 address that is mapped into IPv6 has 4.
    let bytes: [UInt8]

    /// Reads `192.0.2.1`, `2001:db8::1` or `::ffff:192.0.2.1`; `nil` for anything else.
    init?(_ text: some StringProtocol) {
        let text = String(text)
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let all = withUnsafeBytes(of: six) { Array($0) }
        let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xff && all[11] == 0xff
        bytes = isMapped ? Array(all.suffix(4)) : all
    }

    /// Whether the first bits of both are the same.
    func shares(_ bits: Int, with other: ClientAddress) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        let (whole, rest) = bits.quotientAndRemainder(dividingBy: 8)
        guard bytes.prefix(whole) == other.bytes.prefix(whole) else { return false }
        guard rest > 0 else { return true }
        let mask = ~UInt8(0) << UInt8(8 - rest)
        return bytes[whole] & mask == other.bytes[whole] & mask
    }
}

/// The proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
package struct TrustedProxies: Sendable {
    private var networks: [(address: ClientAddress, bits: Int)] = []

    /// No proxy is trusted.
    package init() {}

    /// Adds an address, or a network as `10.0.0.0/8`; false where the text is neither.
    package mutating func add(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = ClientAddress(parts[0]) else { return false }
        let all = address.bytes.count * 8
        guard parts.count == 2 else {
            networks.append((address, all))
            return true
        }
        guard let bits = Int(parts[1]), (0...all).contains(bits) else { return false }
        networks.append((address, bits))
        return true
    }

    /// Whether an address belongs to a trusted proxy.
    func contains(_ address: some StringProtocol) -> Bool {
        guard let address = ClientAddress(address) else { return false }
        return networks.contains { address.shares($0.bits, with: $0.address) }
    }
}

/// Who made a request, and whether the connection that left the client was encrypted.
struct Client: Sendable, Equatable {
    /// The address without a port; `unknown` where the connection has none.
    var address: String
    var isEncrypted: Bool

    /// A client of whom nothing is known.
    static let unknown = Client(address: "unknown", isEncrypted: false)

    private init(address: String, isEncrypted: Bool) {
        self.address = address
        self.isEncrypted = isEncrypted
    }

    /// What the connection says, and what trusted proxies say of the connection before it.
    ///
    /// `X-Forwarded-For` is read from its right end: each trusted proxy names whom it was asked by, and
    /// the first address that is no trusted proxy's is the client's.
    init(_ request: Request, peer: String?, isEncrypted: Bool, _ proxies: TrustedProxies) {
        address = peer ?? "unknown"
        self.isEncrypted = isEncrypted
        guard let peer, proxies.contains(peer) else { return }
        let hops = request.headers[values: .forwardedFor].joined(separator: ",")
            .split(separator: ",").map { Self.trimmed($0) }
        for hop in hops.reversed() {
            guard ClientAddress(hop) != nil else { break }
            address = hop
            guard proxies.contains(hop) else { break }
        }
        let schemes = request.headers[values: .forwardedProto].joined(separator: ",")
            .split(separator: ",").map { Self.trimmed($0) }
        if let scheme = schemes.last { self.isEncrypted = scheme.lowercased() == "https" }
    }

    /// What rate limits count by: the address, or of IPv6 the first 64 bits, which one client has whole.
    var network: String {
        guard let address = ClientAddress(address), address.bytes.count == 16 else {
            return self.address
        }
        return address.bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func trimmed(_ text: Substring) -> String {
        text.trimmingCharacters(in: .whitespaces)
    }
}
