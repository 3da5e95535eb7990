import EventStorage

/// What a user says to a server to be let in; whatever prints it prints `***`.
package struct ServerPassword: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The variable of the environment that holds it, or names a file that does.
    package static let variable = "AGENTWATCH_CLICKHOUSE_PASSWORD"
    /// How long a password's file may be, in bytes.
    package static let maxFileBytes = 4_096

    let revealed: String

    package init(_ text: String) { revealed = text }

    /// The password that the environment holds: the text itself, or `file:/path` for the first line of a file;
    /// `nil` where the variable is missing or empty.
    ///
    /// `read`: gives a file's content, at most one byte more than `maxFileBytes`.
    ///
    /// - Throws: `StoreError` with code `refused` where the file cannot be read or is no password.
    package init?(
        environment: [String: String],
        read: (_ path: String) throws -> [UInt8]
    ) throws {
        guard let value = environment[Self.variable], !value.isEmpty else { return nil }
        guard value.hasPrefix("file:") else {
            self.init(value)
            return
        }
        let path = String(value.dropFirst("file:".count))
        let bytes: [UInt8]
        do {
            bytes = try read(path)
        } catch {
            throw Self.refused(path, "it cannot be read: \(error)")
        }
        guard bytes.count <= Self.maxFileBytes, let text = String(validating: bytes, as: UTF8.self),
            // A carriage return and a line feed are one character, and a newline.
            case let line = text.prefix(while: { !$0.isNewline }), !line.isEmpty
        else { throw Self.refused(path, "its first line is no password") }
        self.init(String(line))
    }

    package var description: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    private static func refused(_ path: String, _ cause: String) -> StoreError {
        StoreError(
            .refused,
            operation: "reading the password in \(path)",
            cause: cause,
            hint: "set \(variable) to the password or to file:/path"
        )
    }
}
