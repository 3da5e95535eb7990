/// Why a command could not do its work: what was tried, what went wrong, what to do.
struct CommandFailure: Error, CustomStringConvertible {
    var operation: String
    var cause: String
    var hint: String

    init(_ operation: String, _ cause: String, _ hint: String) {
        self.operation = operation
        self.cause = cause
        self.hint = hint
    }

    /// One line.
    var description: String { "\(operation): \(cause); \(hint)" }
}
