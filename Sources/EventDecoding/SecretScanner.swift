/// Finds secrets in bytes.
struct SecretScanner: Sendable {
    /// No secret of any pattern is shorter, and most names are.
    private static let shortest = 14

    /// For every byte, the groups of patterns (a bit each) that have it first, or second. A place is
    /// looked at more closely where a group has both.
    private let first: [UInt8]
    private let second: [UInt8]
    private let patterns = SecretPattern.all

    init() {
        var first = [UInt8](repeating: 0, count: 256)
        var second = first
        var group = 0
        func add(_ one: UInt8, _ two: UInt8) {
            first[Int(one)] |= 1 << UInt8(group % 8)
            second[Int(two)] |= 1 << UInt8(group % 8)
            group += 1
        }
        for pattern in SecretPattern.all { add(pattern.prefix[0], pattern.prefix[1]) }
        add(UInt8(ascii: "e"), UInt8(ascii: "y"))
        for one in "bB".utf8 { for two in "eE".utf8 { add(one, two) } }
        self.first = first
        self.second = second
    }

    /// The first secret at or after a position.
    func secret(in bytes: UnsafeRawBufferPointer, from start: Int) -> Range<Int>? {
        guard bytes.count - start >= Self.shortest else { return nil }
        return first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                for position in start...(bytes.count - Self.shortest)
                where first[Int(bytes[position])] & second[Int(bytes[position + 1])] != 0 {
                    if let secret = secret(in: bytes, at: position) { return secret }
                }
                return nil
            }
        }
    }

    /// The secret that begins here, or, for a bearer token, whose word `Bearer` does.
    private func secret(in bytes: UnsafeRawBufferPointer, at start: Int) -> Range<Int>? {
        guard isWordStart(bytes, start) else { return nil }
        if let token = bearerToken(in: bytes, at: start) { return token }
        if let token = webToken(in: bytes, at: start) { return token }
        for pattern in patterns where hasPrefix(bytes, start, pattern.prefix) {
            let tail = start + pattern.prefix.count
            let end = run(in: bytes, from: tail) { isMember($0, of: pattern.alphabet) }
            guard end - tail >= pattern.least else { continue }
            if pattern.needsDigit, !bytes[tail..<end].contains(where: isDigit) { continue }
            return start..<end
        }
        return nil
    }

    /// `Bearer` in any case, white space, and a token that is no plain word.
    private func bearerToken(in bytes: UnsafeRawBufferPointer, at start: Int) -> Range<Int>? {
        let word = "bearer".utf8
        guard start + word.count < bytes.count,
            zip(bytes[start...], word).allSatisfy({ $0 | 0x20 == $1 })
        else { return nil }
        let begin = run(in: bytes, from: start + word.count) {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=")
        }
        let end = run(in: bytes, from: begin) { byte in
            isAlphanumeric(byte) || "-._~+/=".utf8.contains(byte)
        }
        guard begin > start + word.count else { return nil }
        let token = begin..<end
        // "bearer authentication" is a text about tokens; "Bearer abc12345" holds one.
        let isSecret = token.count >= 20 || (token.count >= 6 && bytes[token].contains(where: isDigit))
        return isSecret ? token : nil
    }

    /// A JSON web token: two parts of encoded JSON and a signature.
    private func webToken(in bytes: UnsafeRawBufferPointer, at start: Int) -> Range<Int>? {
        guard hasPrefix(bytes, start, [UInt8(ascii: "e"), UInt8(ascii: "y"), UInt8(ascii: "J")])
        else { return nil }
        let header = run(in: bytes, from: start) { isMember($0, of: .base64URL) }
        guard header - start >= 8, header < bytes.count, bytes[header] == UInt8(ascii: ".") else {
            return nil
        }
        let end = run(in: bytes, from: header + 1) { isMember($0, of: .dotted) }
        return end - header > 4 ? start..<end : nil
    }

    /// Whether no letter or digit stands before: a `sk-` within `task-1` begins nothing. An escape
    /// of JSON is no letter, whatever it ends with.
    private func isWordStart(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        guard position > 0, isAlphanumeric(bytes[position - 1]) else { return true }
        if position > 1, bytes[position - 2] == UInt8(ascii: "\\") { return true }
        return position > 5 && bytes[position - 6] == UInt8(ascii: "\\")
            && bytes[position - 5] == UInt8(ascii: "u")
    }

    private func hasPrefix(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ prefix: [UInt8]
    ) -> Bool {
        start + prefix.count <= bytes.count
            && bytes[start..<(start + prefix.count)].elementsEqual(prefix)
    }

    /// Where the longest run of such bytes ends.
    private func run(
        in bytes: UnsafeRawBufferPointer, from start: Int, of isMember: (UInt8) -> Bool
    ) -> Int {
        var end = start
        while end < bytes.count, isMember(bytes[end]) { end += 1 }
        return end
    }

    private func isMember(_ byte: UInt8, of alphabet: SecretPattern.Alphabet) -> Bool {
        switch alphabet {
        case .alphanumeric: isAlphanumeric(byte)
        case .base64URL: isAlphanumeric(byte) || byte == 0x2d || byte == 0x5f
        case .dotted: isAlphanumeric(byte) || byte == 0x2d || byte == 0x5f || byte == 0x2e
        case .upperCase: isDigit(byte) || byte &- UInt8(ascii: "A") < 26
        }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26
    }
}
