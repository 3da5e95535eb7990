/// Bytes and numbers as lower-case hexadecimal digits.
package enum Hexadecimal {
    /// A number with leading zeros up to `digits` hexadecimal digits.
    package static func text(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// Two digits a byte.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { text(UInt64($0), digits: 2) }.joined()
    }
}
