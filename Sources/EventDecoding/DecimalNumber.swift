/// Reads decimal numbers exactly: never by way of a `Double`.
///
/// A token follows JSON's number grammar. Whatever its exponent or length, reading takes time
/// proportional to the token and never overflows.
package enum DecimalNumber {
    /// A number times a power of ten as an integer.
    package struct Scaled: Equatable {
        /// Rounded half to even.
        package var value: Int64
        /// Whether nothing was rounded away.
        package var isExact: Bool
    }

    /// The number times 10 to the power of `places`; nothing where that does not fit 64 bits.
    package static func scaled(_ token: UnsafeRawBufferPointer, places: Int) -> Scaled? {
        short(token, places: places) ?? long(token, places: places)
    }

    /// The usual case, in one pass: at most 18 digits, no exponent, nothing to round away.
    private static func short(_ token: UnsafeRawBufferPointer, places: Int) -> Scaled? {
        guard token.count <= 18 else { return nil }
        let isNegative = token.first == UInt8(ascii: "-")
        var magnitude: Int64 = 0
        var missing = places
        var isFraction = false
        var position = isNegative ? 1 : 0
        while position < token.count {
            let byte = token[position]
            position += 1
            if byte == UInt8(ascii: ".") {
                isFraction = true
                continue
            }
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            magnitude = magnitude &* 10 &+ Int64(digit)
            if isFraction { missing -= 1 }
        }
        guard missing >= 0, missing <= 9 else { return nil }
        let (value, overflow) = magnitude.multipliedReportingOverflow(by: power(ofTen: missing))
        return overflow ? nil : Scaled(value: isNegative ? -value : value, isExact: true)
    }

    /// Any number, digit by digit.
    private static func long(_ token: UnsafeRawBufferPointer, places: Int) -> Scaled? {
        let parts = Parts(token)
        // Digits before this position are kept; the ones from it on are rounded away.
        let point = parts.integerDigits + parts.exponent + places
        var magnitude: UInt64 = 0
        var position = 0
        var firstDropped: UInt8 = 0
        var restDropped = false
        for byte in token[parts.digits] where byte != UInt8(ascii: ".") {
            let digit = byte &- UInt8(ascii: "0")
            if position < point {
                guard let next = appending(digit, to: magnitude) else { return nil }
                magnitude = next
            } else if position == point {
                firstDropped = digit
            } else if digit != 0 {
                restDropped = true
            }
            position += 1
        }
        while position < point, magnitude != 0 {
            guard let next = appending(0, to: magnitude) else { return nil }
            magnitude = next
            position += 1
        }
        let isHalf = firstDropped == 5 && !restDropped
        if isHalf ? magnitude & 1 == 1 : firstDropped >= 5 { magnitude += 1 }
        guard let value = Int64(exactly: magnitude) else { return nil }
        return Scaled(
            value: parts.isNegative ? -value : value,
            isExact: firstDropped == 0 && !restDropped
        )
    }

    /// Whether the bytes are a number by JSON's grammar.
    package static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
        var rest = Substring(text)
        rest.skip("-")
        if !rest.skip("0"), !rest.skipDigits() { return false }
        if rest.skip("."), !rest.skipDigits() { return false }
        if rest.skip("e") || rest.skip("E") {
            if !rest.skip("+") { rest.skip("-") }
            if !rest.skipDigits() { return false }
        }
        return rest.isEmpty
    }

    private static func power(ofTen exponent: Int) -> Int64 {
        var power: Int64 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    private static func appending(_ digit: UInt8, to magnitude: UInt64) -> UInt64? {
        // Far above every range, and far below what overflows.
        guard magnitude < 1_000_000_000_000_000_000 else { return nil }
        return magnitude * 10 + UInt64(digit)
    }

    /// Where the parts of a number stand in its token.
    private struct Parts {
        var isNegative = false
        /// The digits before the exponent, with their point.
        var digits: Range<Int>
        var integerDigits: Int
        var exponent = 0

        init(_ token: UnsafeRawBufferPointer) {
            var position = 0
            if token.first == UInt8(ascii: "-") {
                isNegative = true
                position = 1
            }
            let start = position
            var point: Int?
            while position < token.count {
                let byte = token[position]
                if byte | 0x20 == UInt8(ascii: "e") { break }
                if byte == UInt8(ascii: ".") { point = position }
                position += 1
            }
            digits = start..<position
            integerDigits = (point ?? position) - start
            if position < token.count { exponent = Self.exponent(token[(position + 1)...]) }
        }

        private static func exponent(_ digits: Slice<UnsafeRawBufferPointer>) -> Int {
            var value = 0
            // More than any token has digits, so that saturating changes no result.
            let most = 1 << 40
            for byte in digits where byte >= UInt8(ascii: "0") && value < most {
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return digits.first == UInt8(ascii: "-") ? -value : value
        }
    }

    /// The part of a text that is not matched yet.
    private struct Substring {
        private let text: UnsafeRawBufferPointer
        private var position = 0

        init(_ text: UnsafeRawBufferPointer) { self.text = text }

        var isEmpty: Bool { position == text.count }

        @discardableResult
        mutating func skip(_ byte: Unicode.Scalar) -> Bool {
            guard position < text.count, text[position] == UInt8(ascii: byte) else { return false }
            position += 1
            return true
        }

        mutating func skipDigits() -> Bool {
            let start = position
            while position < text.count, text[position] &- 0x30 < 10 { position += 1 }
            return position > start
        }
    }
}
