/// Where the text of a `url` or `secret` comes from, as configured.
package enum SecretSource: Sendable, Hashable {
    /// `$NAME`: a variable of the environment.
    case variable(String)
    /// `file:/path`: a file's content, without the end of its last line.
    case file(String)
    /// The text itself.
    case literal(Secret)

    /// What is allowed in a file, in bytes.
    package static let maxFileBytes = 65_536

    package init(_ text: String) {
        if text.hasPrefix("$"), text.count > 1 {
            self = .variable(String(text.dropFirst()))
        } else if text.hasPrefix("file:") {
            let path = text.dropFirst("file:".count)
            self = .file(path.hasPrefix("//") ? String(path.dropFirst(2)) : String(path))
        } else {
            self = .literal(Secret(text))
        }
    }

    /// Reads the text.
    ///
    /// - Parameters:
    ///   - environment: the variables there are.
    ///   - read: gives a file's content, at most one byte more than `maxFileBytes`.
    /// - Returns: the text, which is not empty.
    /// - Throws: what is missing, by its name and never with its content.
    package func resolved(
        environment: [String: String],
        read: (_ path: String) throws -> [UInt8]
    ) throws(SecretProblem) -> Secret {
        let text: String
        switch self {
        case .literal(let secret): text = secret.revealed
        case .variable(let name):
            guard let value = environment[name] else {
                throw SecretProblem("the environment has no variable \(name)")
            }
            text = value
        case .file(let path):
            let bytes: [UInt8]
            do { bytes = try read(path) } catch { throw SecretProblem("cannot read \(path)") }
            guard bytes.count <= Self.maxFileBytes, let content = String(validating: bytes) else {
                throw SecretProblem("\(path) is not a text of at most \(Self.maxFileBytes) bytes")
            }
            text = content.trimmingLineEnd
        }
        guard !text.isEmpty else { throw SecretProblem("\(place) is empty") }
        return Secret(text)
    }

    /// What to call it without showing it.
    private var place: String {
        switch self {
        case .variable(let name): "the variable \(name)"
        case .file(let path): path
        case .literal: "the text"
        }
    }
}

/// Why a secret is not there.
package struct SecretProblem: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension String {
    fileprivate init?(validating bytes: [UInt8]) {
        self.init(validating: bytes, as: UTF8.self)
    }

    fileprivate var trimmingLineEnd: String {
        String(trimmingPrefix("\u{feff}").reversed().drop { $0.isNewline }.reversed())
    }
}
