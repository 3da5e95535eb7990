import Digests
import Presentation

/// What a client may do.
package enum AccessLevel: String, Sendable, CaseIterable {
    /// See what is stored.
    case read
    /// Post events; it shows nothing, so that an agent's machine may hold it.
    case write
    /// Everything.
    case admin

    /// Whether who has it may do what needs another.
    func allows(_ needed: AccessLevel) -> Bool { self == needed || self == .admin }
}

/// The tokens by which clients are known, kept as SHA-256.
package struct AccessTokens: Sendable {
    /// A line that is no token.
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package var description: String
    }

    private var digests: [(level: AccessLevel, digest: [UInt8])] = []

    /// Nobody is known: only local programs may be served.
    package init() {}

    package var isEmpty: Bool { digests.isEmpty }

    private static let minLength = 16
    private static let hashMark = "sha256:"

    /// Adds a token in clear, or its hash as `sha256:` and 64 hexadecimal digits.
    ///
    /// - Throws: `Problem`, which does not repeat the token.
    package mutating func add(_ text: String, _ level: AccessLevel) throws {
        if text.hasPrefix(Self.hashMark) {
            guard let digest = Self.bytes(hexadecimal: text.dropFirst(Self.hashMark.count)) else {
                throw Problem(description: "sha256: needs 64 hexadecimal digits behind it")
            }
            digests.append((level, digest))
            return
        }
        guard text.utf8.count >= Self.minLength, text.utf8.allSatisfy(Self.isTokenByte) else {
            throw Problem(
                description: "a token needs at least \(Self.minLength) of A-Z a-z 0-9 - . _ ~ + / ="
            )
        }
        digests.append((level, Self.digest(text)))
    }

    /// Reads a file with one token on a line, after its level.
    ///
    /// `#` begins a comment. Lines may end in LF, CRLF or CR.
    ///
    /// - Throws: `Problem` with the number of the line, or where the file holds no token at all.
    package mutating func add(file text: String) throws {
        let known = digests.count
        for (index, line) in text.split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        )
        .enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard !words.isEmpty else { continue }
            guard words.count == 2, let level = AccessLevel(rawValue: String(words[0])) else {
                throw Problem(
                    description: "line \(index + 1): write read, write or admin, then the token"
                )
            }
            do { try add(String(words[1]), level) } catch let problem as Problem {
                throw Problem(description: "line \(index + 1): \(problem.description)")
            }
        }
        guard digests.count > known else { throw Problem(description: "it holds no token") }
    }

    /// What a token allows; `nil` where nobody has it.
    ///
    /// Takes the same time whichever token it resembles.
    func level(of token: String) -> AccessLevel? {
        let digest = Self.digest(token)
        var found: AccessLevel?
        for known in digests where Self.isEqual(known.digest, digest) {
            if found != .admin { found = known.level }
        }
        return found
    }

    private static func digest(_ text: String) -> [UInt8] {
        SHA256.hash(Array(text.utf8)).bytes
    }

    private static func isEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        var difference: UInt8 = one.count == other.count ? 0 : 1
        for (left, right) in zip(one, other) { difference |= left ^ right }
        return difference == 0
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~+/=".utf8.contains(byte)
        }
    }

    private static func bytes(hexadecimal text: Substring) -> [UInt8]? {
        let digits = Array(text)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(digits[index...index + 1]), radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
