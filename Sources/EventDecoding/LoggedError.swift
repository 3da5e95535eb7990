import CSimdjson

/// What the field `error` of a line says, in whatever form it was logged.
///
/// Providers' errors are objects, and people log them as they are: the text is then the object's
/// `message`, else its `type`, else its `code`, else its JSON, as it is of arrays, numbers and
/// `true`.
struct LoggedError {
    /// The error as text for people.
    private(set) var text: [UInt8]
    /// What the class is found in: type, code and message together, since one may be more telling
    /// than the other.
    private(set) var telling: [UInt8]

    /// An error that was logged as a text.
    init(text: UnsafeRawBufferPointer) {
        self.text = Array(text)
        telling = self.text
    }

    /// Reads a value that is no string; `nil` where it says that there was no error.
    init?(_ value: UnsafeRawBufferPointer, of type: CSimdjsonType) {
        switch type {
        case .string, .null, .false: return nil
        case .true, .number:
            text = Array(value)
            telling = text
        case .array, .object:
            // Between the brackets stands nothing.
            let content = value.dropFirst().dropLast()
            guard content.contains(where: { $0 > 0x20 }) else { return nil }
            text = Array(value)
            telling = text
            if type == .object { take(Self.members(of: value)) }
        }
    }

    private mutating func take(_ members: [String: [UInt8]]) {
        let (type, code, message) = (members["type"], members["code"], members["message"])
        if let found = message ?? type ?? code { text = found }
        let known = [type, code, message].compactMap { $0 }
        if !known.isEmpty { telling = Array(known.joined(separator: [UInt8(ascii: " ")])) }
    }

    private static let wanted: Set = ["type", "code", "message"]

    /// The telling members of an object, or of the error within it; empty ones are absent.
    private static func members(
        of object: UnsafeRawBufferPointer,
        isNested: Bool = false
    ) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        var nested: [String: [UInt8]] = [:]
        var scan = JSONScan(object)
        scan.skip()
        while scan.next == UInt8(ascii: "\"") {
            let key = String(decoding: scan.takeString().bytes, as: UTF8.self)
            scan.skip()  // the colon
            let isObject = scan.next == UInt8(ascii: "{")
            if wanted.contains(key), isScalar(scan.next) {
                let value = scalar(&scan)
                if !value.isEmpty { found[key] = value }
            } else {
                let value = scan.takeValue()
                if key == "error", isObject, !isNested {
                    nested = members(of: value, isNested: true)
                }
            }
            guard scan.next == UInt8(ascii: ",") else { break }
            scan.skip()
        }
        return found.merging(nested) { _, inner in inner }
    }

    /// Whether a value that begins so is a string or a number.
    private static func isScalar(_ byte: UInt8?) -> Bool {
        byte.map { "\"-0123456789".utf8.contains($0) } ?? false
    }

    /// Takes a string or a number; a string without its quotes and escapes.
    private static func scalar(_ scan: inout JSONScan) -> [UInt8] {
        guard scan.next == UInt8(ascii: "\"") else { return Array(scan.takeValue()) }
        let token = scan.takeString()
        guard token.hasEscapes else { return Array(token.bytes) }
        return [UInt8](unsafeUninitializedCapacity: token.bytes.count + 64) { buffer, count in
            count = JSONString.unescape(token.bytes, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }
}
