/// Wraps text as container runtimes and the journal do.
enum WrappedText {
    /// A line of Docker's, without its line feed; `ends`: whether the record ends with it.
    static func docker(
        _ text: [UInt8],
        stream: String = "stdout",
        ends: Bool = true,
        more: String = ""
    ) -> [UInt8] {
        docker(token: escaped(text) + (ends ? Array("\\n".utf8) : []), stream: stream, more: more)
    }

    static func docker(token: [UInt8], stream: String = "stdout", more: String = "") -> [UInt8] {
        Array("{\"log\":\"".utf8) + token
            + Array("\",\"stream\":\"\(stream)\"\(more),\"time\":\"2026-01-01T00:00:00.1Z\"}".utf8)
    }

    static func cri(_ text: [UInt8], stream: String = "stdout", tag: String = "F") -> [UInt8] {
        Array("2026-01-01T00:00:00.123456789Z \(stream) \(tag) ".utf8) + text
    }

    static func journal(message: String) -> String {
        #"{"__CURSOR":"s=1;i=2","_PID":"7","MESSAGE":\#(message),"PRIORITY":"6"}"#
    }

    /// The token of a JSON string that holds this text, which is UTF-8.
    static func escaped(_ text: [UInt8]) -> [UInt8] {
        var token: [UInt8] = []
        for byte in text {
            switch byte {
            case 0x22, 0x5c: token += [0x5c, byte]
            case 0x0a: token += [0x5c, 0x6e]
            case 0..<0x20:
                token += Array("\\u00".utf8)
                token += Array((byte < 16 ? "0" : "").utf8) + Array(String(byte, radix: 16).utf8)
            default: token.append(byte)
            }
        }
        return token
    }

    static func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }
}
