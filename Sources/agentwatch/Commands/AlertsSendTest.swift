import AgentEvents
import ArgumentParser
import EventStorage
import Foundation
import MetricsEngine
import Pipeline
import Presentation

/// `agentwatch alerts send-test`.
struct AlertsSendTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send-test",
        abstract: "Send a marked test message to a receiver, and say what came of it.",
        discussion: """
            The message says that it is a test; it tells of an alert that begins, and then that it is \
            over. Exit code 0 where both arrived, 1 where one did not.

            EXAMPLES
              agentwatch alerts send-test ops
            """
    )

    @Argument(help: "A receiver of the loaded rules.")
    var receiver: String

    @OptionGroup var log: LogOptions

    @OptionGroup var common: CommonOptions

    /// Sends, and writes what came of it.
    func run() async throws {
        let store = try StoreChoice.openForReading(common.database)
        let all = try store.receivers()
        guard let configuration = all.first(where: { $0.name == receiver }) else {
            let nearest = NearestName.of(receiver, in: all.map(\.name))
            throw CommandFailure(
                "sending a test",
                "no receiver is named \(SafeText.line(receiver))",
                nearest.map { "did you mean \($0)?" }
                    ?? "receivers stand in the rule file; load it with 'agentwatch alerts load'"
            )
        }
        let logger = log.logger(common.output) { Output.complain($0) }
        let environment = ProcessInfo.processInfo.environment
        let test = ReceiverTest(configuration, environment: environment, logger: logger)
        let problems = try await test.run(now: SystemClock.now())
        let text = problems.map { $0.map { "failed: \($0)" } ?? "arrived" }
        if common.output.isJSON {
            let answers = zip(["firing", "resolved"], problems).map { state, problem -> JSONValue in
                [
                    "state": .string(state), "arrived": .bool(problem == nil),
                    "error": .text(problem),
                ]
            }
            try Output.write(JSONWriter.document(["messages": .array(answers)]))
        } else {
            try Output.write("firing: \(text[0])\nresolved: \(text[1])\n")
        }
        if problems.contains(where: { $0 != nil }) { throw ExitCode(1) }
    }
}
