/// Steps through JSON that is known to be valid.
struct JSONScan {
    /// The bytes between a string's quotes.
    struct Token {
        let bytes: UnsafeRawBufferPointer
        let hasEscapes: Bool
    }

    private let json: UnsafeRawBufferPointer
    private var position = 0

    init(_ json: UnsafeRawBufferPointer) {
        self.json = json
        skipWhiteSpace()
    }

    /// The next byte that is no white space between tokens.
    var next: UInt8? { position < json.count ? json[position] : nil }

    /// Moves past one byte and the white space after it.
    mutating func skip() {
        position += 1
        skipWhiteSpace()
    }

    /// Takes the string that begins here.
    mutating func takeString() -> Token {
        let start = position + 1
        var end = start
        var hasEscapes = false
        while end < json.count, json[end] != UInt8(ascii: "\"") {
            if json[end] == UInt8(ascii: "\\") {
                hasEscapes = true
                end += 1
            }
            end += 1
        }
        end = min(end, json.count)
        position = end
        skip()
        return Token(
            bytes: UnsafeRawBufferPointer(rebasing: json[start..<end]),
            hasEscapes: hasEscapes
        )
    }

    /// Takes the whole value that begins here, as it stands.
    mutating func takeValue() -> UnsafeRawBufferPointer {
        let start = position
        var end = position
        var depth = 0
        repeat {
            guard let byte = next else { break }
            switch byte {
            case UInt8(ascii: "\""):
                // The token ends one byte before its closing quote.
                let token = takeString()
                end = self.end(of: token)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                skip()
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                end = position + 1
                skip()
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                skip()
            default:
                end = takeScalar()
            }
        } while depth > 0
        return UnsafeRawBufferPointer(rebasing: json[start..<end])
    }

    /// Where a token's closing quote ends.
    private func end(of token: Token) -> Int {
        guard let start = json.baseAddress, let text = token.bytes.baseAddress else {
            return position
        }
        return text - start + token.bytes.count + 1
    }

    /// Moves past a number or word and returns where it ended.
    private mutating func takeScalar() -> Int {
        while let byte = next, !",]}".utf8.contains(byte), !Self.isWhiteSpace(byte) {
            position += 1
        }
        let end = position
        skipWhiteSpace()
        return end
    }

    private mutating func skipWhiteSpace() {
        while position < json.count, Self.isWhiteSpace(json[position]) { position += 1 }
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }
}
