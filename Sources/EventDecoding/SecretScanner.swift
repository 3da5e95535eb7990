/// Finds secrets in bytes.
struct SecretScanner: Sendable {
    /// No secret of any pattern is shorter, and most names are.
    private static let minLength = 14

    /// The patterns that begin with two bytes, as an index into `groups`; 0 is none.
    private let pairs: [UInt8]
    private let groups: [[SecretPattern]]

    init() {
        var pairs = [UInt8](repeating: 0, count: 1 << 16)
        var groups: [[SecretPattern]] = [[]]
        func group(_ one: UInt8, _ two: UInt8) -> Int {
            let pair = Int(one) << 8 | Int(two)
            if pairs[pair] == 0 {
                pairs[pair] = UInt8(groups.count)
                groups.append([])
            }
            return Int(pairs[pair])
        }
        for pattern in SecretPattern.all {
            groups[group(pattern.prefix[0], pattern.prefix[1])].append(pattern)
        }
        // The two forms that are no plain prefixes.
        _ = group(UInt8(ascii: "e"), UInt8(ascii: "y"))
        for one in "bB".utf8 { for two in "eE".utf8 { _ = group(one, two) } }
        self.pairs = pairs
        self.groups = groups
    }

    /// What a search has learned, so that no run of bytes is walked again for each of its places
    /// and the time stays proportional to the length, whatever the bytes are.
    struct Progress {
        /// Before this position no key begins that needs a digit.
        fileprivate var noDigitKeyBefore = 0
        /// Before this position no web token begins.
        fileprivate var noWebTokenBefore = 0
    }

    /// The first secret at or after a position.
    func secret(
        in bytes: UnsafeRawBufferPointer,
        from start: Int,
        _ progress: inout Progress
    ) -> Range<Int>? {
        guard bytes.count - start >= Self.minLength else { return nil }
        return pairs.withUnsafeBufferPointer { pairs in
            var position = start
            let last = bytes.count - Self.minLength
            var one = Int(bytes[position])
            while position <= last {
                let two = Int(bytes[position + 1])
                let group = pairs[one << 8 | two]
                if group != 0,
                    let secret = secret(in: bytes, at: position, groups[Int(group)], &progress)
                {
                    return secret
                }
                one = two
                position += 1
            }
            return nil
        }
    }

    /// The secret that begins here, or, for a bearer token, whose word `Bearer` does.
    private func secret(
        in bytes: UnsafeRawBufferPointer,
        at start: Int,
        _ patterns: [SecretPattern],
        _ progress: inout Progress
    ) -> Range<Int>? {
        guard isWordStart(bytes, start) else { return nil }
        if let token = bearerToken(in: bytes, at: start) { return token }
        if let token = webToken(in: bytes, at: start, &progress) { return token }
        for pattern in patterns where hasPrefix(bytes, start: start, prefix: pattern.prefix) {
            if pattern.needsDigit, start < progress.noDigitKeyBefore { continue }
            let tail = start + pattern.prefix.count
            let end = run(in: bytes, from: tail) { isMember($0, of: pattern.alphabet) }
            guard end - tail >= pattern.least else { continue }
            if pattern.needsDigit, !bytes[tail..<end].contains(where: isDigit) {
                progress.noDigitKeyBefore = end
                continue
            }
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
        guard begin > start + word.count else { return nil }
        let end = run(in: bytes, from: begin) { byte in
            isAlphanumeric(byte) || "-._~+/=".utf8.contains(byte)
        }
        let token = begin..<end
        // "bearer authentication" is a text about tokens; "Bearer abc12345" holds one.
        let isSecret =
            token.count >= 20 || (token.count >= 6 && bytes[token].contains(where: isDigit))
        return isSecret ? token : nil
    }

    /// A JSON web token: two parts of encoded JSON and a signature.
    private func webToken(
        in bytes: UnsafeRawBufferPointer,
        at start: Int,
        _ progress: inout Progress
    ) -> Range<Int>? {
        guard start >= progress.noWebTokenBefore,
            hasPrefix(
                bytes,
                start: start,
                prefix: [UInt8(ascii: "e"), UInt8(ascii: "y"), UInt8(ascii: "J")]
            )
        else { return nil }
        let header = run(in: bytes, from: start) { isMember($0, of: .base64URL) }
        if header - start >= 8, header < bytes.count, bytes[header] == UInt8(ascii: ".") {
            let end = run(in: bytes, from: header + 1) { isMember($0, of: .dotted) }
            if end - header > 4 { return start..<end }
        }
        progress.noWebTokenBefore = header
        return nil
    }

    /// Whether no letter or digit stands before: a `sk-` within `task-1` begins nothing.
    ///
    /// An escape of JSON is no letter, whatever it ends with.
    private func isWordStart(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        guard position > 0, isAlphanumeric(bytes[position - 1]) else { return true }
        if position > 1, bytes[position - 2] == UInt8(ascii: "\\") { return true }
        return position > 5 && bytes[position - 6] == UInt8(ascii: "\\")
            && bytes[position - 5] == UInt8(ascii: "u")
    }

    private func hasPrefix(
        _ bytes: UnsafeRawBufferPointer,
        start: Int,
        prefix: [UInt8]
    ) -> Bool {
        start + prefix.count <= bytes.count
            && bytes[start..<(start + prefix.count)].elementsEqual(prefix)
    }

    /// Where the longest run of such bytes ends.
    private func run(
        in bytes: UnsafeRawBufferPointer,
        from start: Int,
        of isMember: (UInt8) -> Bool
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
