import Foundation

/// An address of version 4 or 6, and what it reaches.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes.
    package let bytes: [UInt8]

    /// Bytes as they stand in a packet, 4 or 16 of them.
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads the usual forms only, not octal or shortened ones such as `0177.1`.
    package init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: six) { Array($0) }
        } else {
            return nil
        }
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        inet_ntop(family, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether it is this machine.
    package var isLoopback: Bool {
        if let inner = embeddedFour { return inner.isLoopback }
        return bytes.count == 4
            ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// Whether it is reached over the internet and belongs to no special range.
    ///
    /// https://www.iana.org/assignments/iana-ipv4-special-registry and its sister for version 6.
    package var isPublic: Bool {
        if let inner = embeddedFour { return inner.isPublic }
        let ranges = bytes.count == 4 ? Self.specialFour : Self.specialSix
        return !ranges.contains { $0.contains(self) }
    }

    /// The address of version 4 that one of version 6 leads to: mapped, compatible, NAT64 and 6to4.
    private var embeddedFour: IPAddress? {
        guard bytes.count == 16 else { return nil }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11] == [255, 255]
        let isCompatible = bytes.prefix(12).allSatisfy { $0 == 0 } && bytes[12] != 0
        let isNAT64 = Array(bytes.prefix(12)) == [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]
        if isMapped || isCompatible || isNAT64 { return IPAddress(bytes: Array(bytes[12...])) }
        return bytes[0] == 0x20 && bytes[1] == 2 ? IPAddress(bytes: Array(bytes[2..<6])) : nil
    }

    /// Addresses whose first bits are these.
    private struct Range {
        let start: [UInt8]
        let bits: Int

        init(_ text: String, _ bits: Int) {
            start = IPAddress(text)?.bytes ?? []
            self.bits = bits
        }

        func contains(_ address: IPAddress) -> Bool {
            guard address.bytes.count == start.count else { return false }
            return (0..<bits).allSatisfy { bit in
                let mask = UInt8(0x80) >> UInt8(bit % 8)
                return address.bytes[bit / 8] & mask == start[bit / 8] & mask
            }
        }
    }

    private static let specialFour = [
        Range("0.0.0.0", 8), Range("10.0.0.0", 8), Range("100.64.0.0", 10), Range("127.0.0.0", 8),
        Range("169.254.0.0", 16), Range("172.16.0.0", 12), Range("192.0.0.0", 24),
        Range("192.0.2.0", 24), Range("192.88.99.0", 24), Range("192.168.0.0", 16),
        Range("198.18.0.0", 15), Range("198.51.100.0", 24), Range("203.0.113.0", 24),
        Range("224.0.0.0", 4), Range("240.0.0.0", 4),
    ]
    private static let specialSix = [
        Range("::", 96), Range("64:ff9b:1::", 48), Range("100::", 64), Range("2001::", 23),
        Range("2001:db8::", 32), Range("3fff::", 20), Range("5f00::", 16), Range("fc00::", 7),
        Range("fe80::", 10), Range("fec0::", 10), Range("ff00::", 8),
    ]
}
