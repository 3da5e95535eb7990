import CSimdjson

/// Reads the value of a journal entry's `MESSAGE`.
enum JournalMessage {
    /// What the value is.
    enum Content {
        /// A JSON string's token.
        case token(UnsafeRawBufferPointer)
        /// An array of byte numbers, as it stands.
        case numbers(UnsafeRawBufferPointer)
        /// `journalctl` left it out because it is long.
        case leftOut
        /// Nothing that `journalctl` writes.
        case unknown
    }

    /// The content of a value whose type is known by its first byte; the JSON is valid.
    ///
    /// Where an entry repeats the field, the value is an array of contents; the last one counts.
    static func content(_ value: UnsafeRawBufferPointer) -> Content {
        switch value.first {
        case UInt8(ascii: "\""):
            return .token(UnsafeRawBufferPointer(rebasing: value[1..<(value.count - 1)]))
        case UInt8(ascii: "n"): return .leftOut
        case UInt8(ascii: "["): return array(value)
        default: return .unknown
        }
    }

    /// Writes the bytes that an array of numbers lists, and returns how many; nothing where one is
    /// no byte.
    ///
    /// There are at most half as many as the array has characters.
    static func write(
        _ array: UnsafeRawBufferPointer,
        to output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var count = 0
        var number: Int?
        for byte in array.dropFirst() {
            switch byte {
            case 0x30...0x39:
                number = (number ?? 0) * 10 + Int(byte & 15)  // its first digit
                if let number, number > 255 { return nil }
            case UInt8(ascii: ","), UInt8(ascii: "]"):
                guard let value = number else { continue }
                output[count] = UInt8(truncatingIfNeeded: value)
                count += 1
                number = nil
            case 0x20, 0x09, 0x0a, 0x0d: continue
            default: return nil
            }
        }
        return count
    }

    private static func array(_ value: UnsafeRawBufferPointer) -> Content {
        var scan = JSONScan(value)
        scan.skip()
        guard let first = scan.next, !(0x30...0x39).contains(first), first != UInt8(ascii: "]")
        else { return .numbers(value) }
        var last = scan.takeValue()
        while scan.next == UInt8(ascii: ",") {
            scan.skip()
            last = scan.takeValue()
        }
        // The values of a repeated field are not arrays of contents themselves.
        switch last.first {
        case UInt8(ascii: "["): return .numbers(last)
        default: return content(last)
        }
    }
}
