/// One thing that is wrong with an alerts file: where, what, and what was probably meant.
package struct AlertsFileProblem: Sendable, Equatable, CustomStringConvertible {
    /// The place in the file as `rules[2].threshold`; empty for the file as a whole.
    package var path: String
    /// The line, from 1; `nil` where the rule was not read from a text.
    package var line: Int?
    package var message: String
    package var suggestion: String?

    /// One line.
    package var description: String {
        var text = path
        if let line { text += text.isEmpty ? "line \(line)" : " (line \(line))" }
        if !text.isEmpty { text += ": " }
        text += message
        if let suggestion { text += "; \(suggestion)" }
        return text
    }
}

/// Everything that is wrong with an alerts file; nothing of it was taken.
package struct AlertsFileError: Error, Sendable, CustomStringConvertible {
    package var problems: [AlertsFileProblem]
    /// What is odd beside that.
    package var warnings: [AlertsFileProblem]

    /// A line a problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Collects what is wrong or odd with a file while reading goes on, so that people see all of it.
final class Diagnostics {
    private(set) var problems: [AlertsFileProblem] = []
    private(set) var warnings: [AlertsFileProblem] = []

    /// Notes something that keeps the file from being taken; line 0 is none.
    func add(_ path: String, line: Int, message: String, suggestion: String? = nil) {
        problems.append(Self.problem(path, line: line, message: message, suggestion: suggestion))
    }

    /// Notes something odd.
    func warn(_ path: String, line: Int, message: String, suggestion: String? = nil) {
        warnings.append(Self.problem(path, line: line, message: message, suggestion: suggestion))
    }

    /// Gives what was read, where nothing is wrong with the file.
    func checked<Value>(_ value: Value?) throws(AlertsFileError) -> Value {
        guard let value, problems.isEmpty else {
            throw AlertsFileError(problems: problems, warnings: warnings)
        }
        return value
    }

    private static func problem(
        _ path: String,
        line: Int,
        message: String,
        suggestion: String?
    ) -> AlertsFileProblem {
        AlertsFileProblem(
            path: path,
            line: line == 0 ? nil : line,
            message: message,
            suggestion: suggestion
        )
    }
}
