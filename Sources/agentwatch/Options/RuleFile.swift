import AgentEvents
import Alerting
import Foundation
import Pipeline
import Presentation

/// Reads the rules of an alerts file, or says all that is wrong with it.
enum RuleFile {
    static let defaultPath = "alerts.json"

    /// The rules of a file that is to be loaded, whose receivers can be used.
    ///
    /// - Throws: `CommandFailure` where the file cannot be read or a receiver cannot be used,
    ///   `RuleFileError` where it is wrong.
    static func loadable(_ path: String) throws -> AlertsFile {
        let file = try rules(path)
        let receivers = ConfiguredReceivers(
            file.receivers,
            environment: ProcessInfo.processInfo.environment
        )
        if let (name, problem) = receivers.problems.min(by: { $0.key < $1.key }) {
            throw CommandFailure(
                "loading \(SafeText.line(path))",
                "receiver \(SafeText.line(name)): \(problem)",
                "nothing was changed; set the variable or write the file, then load again"
            )
        }
        return file
    }

    /// - Throws: `CommandFailure` where the file cannot be read, `RuleFileError` where it is wrong.
    static func rules(_ path: String) throws -> AlertsFile {
        let text = try TextFile.content(path)
        do {
            return try AlertsFile.decode(text) { ZoneArgument(named: $0) != nil }
        } catch {
            throw RuleFileError(path: path, error: error)
        }
    }
}

/// A file whose rules are wrong, with where it lies.
struct RuleFileError: Error, CustomStringConvertible {
    var path: String
    var error: AlertsFileError

    /// One line: the first problem, and how many more there are.
    var description: String {
        let count = error.problems.count
        let more =
            count > 1 ? " (and \(count - 1) more; agentwatch alerts validate lists them)" : ""
        let first = error.problems.first?.description ?? "it holds no rules"
        return "reading \(SafeText.line(path)): \(SafeText.line(first))\(more)"
    }
}
