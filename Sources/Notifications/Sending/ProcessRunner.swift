import AgentEvents
import Foundation

/// Runs programs, each in a process group of its own, which a timeout ends as a whole.
package struct ProcessRunner: Sendable {
    /// How much of a program's standard error is read, in bytes.
    private static let maxBytes = 65_536
    /// How much of it is quoted in an error, in characters.
    private static let maxQuoted = 200

    /// The variables that programs see.
    private let environment: [String: String]

    package init(environment: [String: String]) { self.environment = environment }

    /// Runs one to its end.
    ///
    /// Exit code 0 has delivered; others may pass. What cannot be started at all is refused. After
    /// the timeout (microseconds), or when the task is cancelled, the group is killed.
    package func run(_ process: OutgoingProcess, timeout: Int64) async -> AttemptResult {
        let child: SpawnedProcess
        do {
            let variables = environment.merging(process.variables) { $1 }
            child = try SpawnedProcess(process.words, input: process.input, variables: variables)
        } catch {
            return .refused("cannot run \(process.words.first ?? ""): \(error)")
        }
        do {
            let end = try await withTimeLimit(micros: timeout) { try await child.end() }
            let complaint = SafeText.line(end.complaints, max: Self.maxQuoted)
            let tail = complaint.isEmpty ? "" : ": \(complaint)"
            return end.code == 0 ? .accepted : .again("exit code \(end.code)\(tail)")
        } catch {
            await child.kill()
            return .again(error is TimeLimitExceeded ? "killed, took too long" : "broken off")
        }
    }
}
