import AgentEvents

/// Reads a JSON text of at most 64 levels into nodes, strictly as RFC 8259 says.
///
/// Foundation's decoder stops at the first problem, hides repeated keys and does not know lines;
/// a file that people write by hand deserves all three.
struct JSONReader {
    /// What is wrong with the text, and on which line.
    struct SyntaxError: Error {
        var line: Int
        var message: String
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private static let deepest = 64

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// The node of a whole text.
    static func node(of text: String) throws(SyntaxError) -> JSONNode {
        var reader = JSONReader(text)
        reader.skipSpace()
        let node = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.position == reader.bytes.count else {
            throw reader.error("there is text after the end of the JSON value")
        }
        return node
    }

    private func error(_ message: String) -> SyntaxError {
        SyntaxError(line: line, message: message)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\n"): line += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            default: return
            }
            position += 1
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(SyntaxError) -> JSONNode {
        guard depth < Self.deepest else { throw error("more than 64 levels") }
        let start = line
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return JSONNode(.string(try string()), line: start)
        case nil: throw error("the text ends where a value is expected")
        default: return JSONNode(try word(), line: start)
        }
    }

    private mutating func object(depth: Int) throws(SyntaxError) -> JSONNode {
        let start = line
        var members: [JSONNode.Member] = []
        position += 1
        skipSpace()
        if take("}") { return JSONNode(.object([]), line: start) }
        while true {
            skipSpace()
            let keyLine = line
            guard next == UInt8(ascii: "\"") else {
                throw error("a key in double quotes is expected")
            }
            let key = try string()
            skipSpace()
            guard take(":") else { throw error("a colon is expected after \"\(key)\"") }
            skipSpace()
            members.append(
                JSONNode.Member(key: key, line: keyLine, node: try value(depth: depth + 1))
            )
            skipSpace()
            if take("}") { return JSONNode(.object(members), line: start) }
            guard take(",") else { throw error("a comma or } is expected after \"\(key)\"") }
        }
    }

    private mutating func array(depth: Int) throws(SyntaxError) -> JSONNode {
        let start = line
        var items: [JSONNode] = []
        position += 1
        skipSpace()
        if take("]") { return JSONNode(.array([]), line: start) }
        while true {
            skipSpace()
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return JSONNode(.array(items), line: start) }
            guard take(",") else { throw error("a comma or ] is expected in a list") }
        }
    }

    /// `true`, `false`, `null` or a number.
    private mutating func word() throws(SyntaxError) -> JSONNode.Value {
        let start = position
        while let byte = next, !",]} \t\r\n:".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default:
            guard Self.isNumber(text.utf8[...]), let number = Double(text) else {
                throw error("\(JSONText.quoted(text)) is no JSON value")
            }
            return .number(number)
        }
    }

    /// Whether the text is a number by JSON's grammar, which knows no `+1`, `.5`, `0x1` or `inf`.
    private static func isNumber(_ text: Substring.UTF8View) -> Bool {
        var rest = text
        func digits() -> Int {
            let count = rest.prefix { (48...57).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let leadingZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !(leadingZero && whole > 1) else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
                rest = rest.dropFirst()
            }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    private mutating func string() throws(SyntaxError) -> String {
        var units: [UInt16] = []
        position += 1
        var plain = position
        func flush(_ end: Int) {
            units += String(decoding: bytes[plain..<end], as: UTF8.self).utf16
        }
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                flush(position)
                position += 1
                return String(decoding: units, as: UTF16.self)
            case UInt8(ascii: "\\"):
                flush(position)
                units.append(try escape())
                plain = position
            case 0..<0x20: throw error("a string is not closed on its line")
            default: position += 1
            }
        }
        throw error("a string is not closed")
    }

    private mutating func escape() throws(SyntaxError) -> UInt16 {
        position += 1
        guard let byte = next else { throw error("a string is not closed") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(byte)
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "u"):
            let hex = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
            guard hex.utf8.count == 4, hex.allSatisfy(\.isHexDigit),
                let unit = UInt16(hex, radix: 16)
            else { throw error("\\u needs four hexadecimal digits") }
            position += 4
            return unit
        default: throw error("a backslash is followed by something that JSON does not know")
        }
    }
}
