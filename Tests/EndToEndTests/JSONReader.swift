/// Reads what agentwatch writes, strictly: one document, nothing behind it.
struct JSONReader {
    /// Where and why a text is no JSON.
    struct Problem: Error {
        var what: String
        var offset: Int
    }

    private let bytes: [UInt8]
    private var place = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The whole text as one value.
    mutating func document() throws -> JSON {
        let value = try value()
        skipSpace()
        guard place == bytes.count else { throw problem("something behind the end") }
        return value
    }

    private func problem(_ what: String) -> Problem { Problem(what: what, offset: place) }

    private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = current, [0x20, 0x0a, 0x0d, 0x09].contains(byte) { place += 1 }
    }

    /// Takes a character where it stands next.
    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard current == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func takes(word: String) -> Bool {
        guard bytes[place...].starts(with: word.utf8) else { return false }
        place += word.utf8.count
        return true
    }

    private mutating func value() throws -> JSON {
        if takes("{") { return .object(try members()) }
        if takes("[") { return .array(try elements()) }
        if takes("\"") { return .string(try string()) }
        if takes(word: "null") { return .null }
        if takes(word: "true") { return .bool(true) }
        if takes(word: "false") { return .bool(false) }
        return .number(try number())
    }

    private mutating func members() throws -> [JSON.Member] {
        var members: [JSON.Member] = []
        if takes("}") { return members }
        repeat {
            guard takes("\"") else { throw problem("no key") }
            let key = try string()
            guard takes(":") else { throw problem("no colon") }
            members.append(JSON.Member(key: key, value: try value()))
        } while takes(",")
        guard takes("}") else { throw problem("an object without its end") }
        return members
    }

    private mutating func elements() throws -> [JSON] {
        var elements: [JSON] = []
        if takes("]") { return elements }
        repeat { elements.append(try value()) } while takes(",")
        guard takes("]") else { throw problem("an array without its end") }
        return elements
    }

    private mutating func number() throws -> String {
        let start = place
        while let byte = current, "+-.eE0123456789".utf8.contains(byte) { place += 1 }
        let digits = String(decoding: bytes[start..<place], as: UTF8.self)
        guard Double(digits)?.isFinite == true else { throw problem("no value") }
        return digits
    }

    private mutating func string() throws -> String {
        var text: [UInt8] = []
        while let byte = current {
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw problem("bad UTF-8")
                }
                return valid
            case UInt8(ascii: "\\"): text += try escaped()
            case 0..<0x20: throw problem("a control character in a string")
            default: text.append(byte)
            }
        }
        throw problem("a string without its end")
    }

    private mutating func escaped() throws -> [UInt8] {
        guard let byte = current else { throw problem("a cut escape") }
        place += 1
        let plain = Array("\"\\/bfnrt".utf8)
        let meant = Array("\"\\/\u{8}\u{c}\n\r\t".utf8)
        if let index = plain.firstIndex(of: byte) { return [meant[index]] }
        guard byte == UInt8(ascii: "u") else { throw problem("an unknown escape") }
        var code = try fourDigits()
        if (0xd800..<0xdc00).contains(code), takes(word: "\\u") {
            code = 0x10000 + (code - 0xd800) << 10 + (try fourDigits() - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw problem("half a character") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func fourDigits() throws -> UInt32 {
        let digits = String(decoding: bytes[place...].prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, let code = UInt32(digits, radix: 16) else {
            throw problem("bad digits")
        }
        place += 4
        return code
    }
}
