/// The text of a JSON string token, the quotes already off and the escapes known to be valid.
enum JSONString {
    /// Writes the text and returns its length, which is at most the token's.
    ///
    /// Half a surrogate pair becomes U+FFFD, and so does NUL unless `nul` says otherwise: neither can
    /// be stored as text. `output` may be the memory in which the token lies.
    static func unescape(
        _ token: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer,
        nul: Unicode.Scalar = "\u{fffd}"
    ) -> Int {
        var read = 0
        var written = 0
        while read < token.count {
            let byte = token[read]
            guard byte == UInt8(ascii: "\\"), read + 1 < token.count else {
                output[written] = byte
                written += 1
                read += 1
                continue
            }
            let escape = token[read + 1]
            if escape == UInt8(ascii: "u") {
                var scalar = scalar(in: token, at: &read)
                if scalar == "\0" { scalar = nul }
                // Every scalar has a UTF-8 form.
                for unit in UTF8.encode(scalar).unsafelyUnwrapped {
                    output[written] = unit
                    written += 1
                }
            } else {
                output[written] = simple(escape)
                written += 1
                read += 2
            }
        }
        return written
    }

    /// Appends the text as a JSON string, with quotes and escapes.
    static func append(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case 0..<0x20:
                output.append(contentsOf: "\\u00".utf8)
                output.append(hexDigit(byte >> 4))
                output.append(hexDigit(byte & 15))
            default:
                output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// The lower-case digit of a value below 16.
    static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }

    private static func simple(_ escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0c
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "r"): 0x0d
        case UInt8(ascii: "t"): 0x09
        default: escape
        }
    }

    /// The scalar of a `\u` escape, or of two that form a pair; moves past what it read.
    private static func scalar(
        in token: UnsafeRawBufferPointer,
        at position: inout Int
    ) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{fffd}"
        guard let first = unit(in: token, at: position) else {
            position += 2
            return replacement
        }
        position += 6
        guard first & 0xfc00 == 0xd800, let second = unit(in: token, at: position),
            second & 0xfc00 == 0xdc00
        else { return Unicode.Scalar(first) ?? replacement }
        position += 6
        return Unicode.Scalar(0x10000 + (first & 0x3ff) << 10 + second & 0x3ff) ?? replacement
    }

    /// The number of a `\uXXXX` escape that begins here.
    private static func unit(in token: UnsafeRawBufferPointer, at position: Int) -> UInt32? {
        guard position + 6 <= token.count, token[position] == UInt8(ascii: "\\"),
            token[position + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt32 = 0
        for digit in token[(position + 2)..<(position + 6)] {
            let value = digit <= UInt8(ascii: "9") ? digit &- 0x30 : (digit | 0x20) &- 0x57
            unit = unit << 4 | UInt32(value & 15)
        }
        return unit
    }
}
