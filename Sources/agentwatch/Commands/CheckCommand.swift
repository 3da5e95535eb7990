import AgentEvents
import Alerting
import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Judge the rules once, for cron, CI and monitoring.",
        discussion: """
            Prints one status line, then a line a rule, and exits with 0 (ok), 1 (a warning fires), \
            2 (a critical fires) or 3 (unknown: no data, or an error). Nothing is remembered and \
            nothing is written: `for` is ignored. --by and --where narrow every rule that can be \
            narrowed so; --since and --until replace the rules' windows, in whole minutes.

            EXAMPLES
              agentwatch check
              agentwatch check --alerts alerts.json --where agent=support
              agentwatch check --now 2026-11-22T10:00:00Z --json
            """
    )

    @Option(
        help: ArgumentHelp(
            "Judge the rules of a file instead of the stored ones.",
            valueName: "file"
        )
    )
    var alerts: String?

    @OptionGroup var query: QueryOptions

    @OptionGroup var common: CommonOptions

    /// Judges, writes the answer, and ends with its status.
    func run() throws {
        let clock = SystemClock.now()
        let answer: CheckAnswer
        do {
            answer = try self.answer(clock: clock)
        } catch let error as ValidationError {
            throw error
        } catch {
            try Output.write(CheckAnswer.failed(error, now: clock, isJSON: common.output.isJSON))
            throw error
        }
        if common.output.isJSON {
            try Output.write(JSONWriter.document(answer.json))
        } else {
            let text = CheckText(
                answer: answer,
                zone: query.tz ?? .utc,
                terminal: common.output.terminal,
                isQuiet: common.output.quiet
            )
            try Output.write(text.text())
        }
        throw ExitCode(answer.report.exitCode)
    }

    private func answer(clock: Timestamp) throws -> CheckAnswer {
        let now = query.parameters.evaluationTime(clock: clock)
        let store = try StoreChoice.openForReading(common.database)
        let rules =
            try alerts.map { RuleSet(try RuleFile.rules($0).judgedRules) }
            ?? RuleSet(try store.thresholds())
        let narrowing = try Usage.checked { try RuleNarrowing(query.parameters, now: now) }
        let (kept, leftOut) = narrowing.applied(to: rules)
        let report = try store.read { try kept.check(now: now, $0) }
        return CheckAnswer(report: report, leftOut: leftOut)
    }
}
