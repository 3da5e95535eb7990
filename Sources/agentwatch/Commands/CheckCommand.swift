import AgentEvents
import Alerting
import ArgumentParser
import EventStorage
import Foundation
import Logging
import Pipeline
import Presentation
import ServiceLifecycle
import UnixSignals

/// `agentwatch check`.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Judge the rules, for cron, CI and monitoring.",
        discussion: """
            Prints one status line, then a line a rule, and exits with 0 (ok), 1 (a warning fires), \
            2 (a critical fires) or 3 (unknown: no data, or an error). Nothing is remembered and \
            nothing is written: `for` is ignored. --by and --where narrow every rule that can be \
            narrowed so; --since and --until replace the rules' windows, in whole minutes.

            With --stateful alerts have memory: `for`, `recover` and `keep_firing_for` count, and \
            the receivers of the loaded rules are told when an alert begins and when it is over. \
            --every does so again and again until it is told to stop. One process at a time \
            evaluates a database with memory; `serve` is one, unless it has --no-evaluate.

            EXAMPLES
              agentwatch check
              agentwatch check --alerts alerts.json --where agent=support
              agentwatch check --stateful --quiet
              agentwatch check --every 30s
            """
    )

    @Option(
        help: ArgumentHelp(
            "Judge the rules of a file instead of the stored ones.",
            valueName: "file"
        )
    )
    var alerts: String?

    @Flag(help: "Remember, and tell the receivers.")
    var stateful = false

    @Option(
        help: ArgumentHelp(
            "Evaluate with memory again and again, this far apart.",
            valueName: "time"
        ),
        transform: { word in try Usage.checked { try TimeSpan(word) } }
    )
    var every: TimeSpan?

    @OptionGroup var query: QueryOptions

    @OptionGroup var log: LogOptions

    @OptionGroup var common: CommonOptions

    private var hasMemory: Bool { stateful || every != nil }

    /// Refuses options that an evaluation with memory cannot heed.
    func validate() throws {
        if let every, every.duration < .seconds(1) {
            throw ValidationError("--every needs a length of time of at least 1s")
        }
        guard hasMemory else {
            guard !log.verbose, log.logFormat == .text else {
                throw ValidationError(
                    "a check without memory logs nothing; --verbose and --log-format need --stateful or "
                        + "--every"
                )
            }
            return
        }
        let narrows = !query.by.isEmpty || !query.window.conditions.isEmpty
        if alerts != nil || narrows || query.window.since != nil || query.window.until != nil {
            throw ValidationError(
                "--stateful and --every judge the stored rules as they are; load a file with "
                    + "'agentwatch alerts load'"
            )
        }
        if every != nil, query.window.now != nil {
            throw ValidationError("--every goes by the clock, and --now names another time")
        }
    }

    /// Judges, writes the answer, and ends with its status.
    func run() async throws {
        if let every { return try await run(every: every.duration) }
        let clock = SystemClock.now()
        let answer: CheckAnswer
        do {
            answer = stateful ? try await remembered(clock: clock) : try self.answer(clock: clock)
        } catch let error as ValidationError {
            throw error
        } catch {
            try Output.write(CheckAnswer.failed(error, now: clock, isJSON: common.output.isJSON))
            throw error
        }
        try write(answer)
        throw ExitCode(answer.report.exitCode)
    }

    private func write(_ answer: CheckAnswer) throws {
        if common.output.isJSON {
            try Output.write(JSONWriter.document(answer.json))
        } else {
            let text = CheckText(
                answer: answer,
                zone: query.window.tz ?? .utc,
                terminal: common.output.terminal,
                isQuiet: common.output.quiet
            )
            try Output.write(text.text())
        }
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

    // MARK: - With memory

    /// Another evaluator is waited for this long.
    private static let patience = Duration.seconds(30)

    private func remembered(clock: Timestamp) async throws -> CheckAnswer {
        let lock = try lock(patience: Self.patience)
        defer { withExtendedLifetime(lock) {} }
        let service = try service(every: .zero, onCycle: { _ in })
        let now = query.parameters.evaluationTime(clock: clock)
        let outcome = try await service.runOnce(now: now, patience: Self.patience)
        return CheckAnswer(report: outcome.report, leftOut: [])
    }

    /// Evaluates until it is told to stop; writes the status line of each evaluation.
    private func run(every: Duration) async throws {
        let lock = try lock(patience: .zero)
        defer { withExtendedLifetime(lock) {} }
        let isJSON = common.output.isJSON
        let service = try service(every: every) { outcome in
            let answer = CheckAnswer(report: outcome.report, leftOut: [])
            let line = isJSON ? JSONWriter.line(answer.json) : outcome.report.statusLine
            // Whoever reads it is gone; evaluating matters more than being told of.
            try? Output.write(line + "\n")
        }
        var quiet = Logger(label: "agentwatch.group") { _ in SwiftLogNoOpLogHandler() }
        quiet.logLevel = .critical
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [service],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: quiet
            )
        ).run()
    }

    /// Takes the lock of evaluators of a database that is there.
    private func lock(patience: Duration) throws -> AnyObject {
        _ = try StoreChoice.openForReading(common.database)
        return try StoreChoice.alertLock(common.database, patience: patience)
    }

    private func service(
        every: Duration,
        onCycle: @escaping @Sendable (AlertEvaluator.Outcome) -> Void
    ) throws -> AlertService {
        AlertService(
            store: try StoreChoice.openForWriting(common.database),
            reader: try StoreChoice.openForReading(common.database),
            every: every,
            environment: ProcessInfo.processInfo.environment,
            logger: log.logger(common.output) { Output.complain($0) },
            onCycle: onCycle
        )
    }
}
