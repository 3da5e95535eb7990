import AgentEvents
import ArgumentParser
import Pipeline
import Presentation

/// `agentwatch report`.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "The metrics of a window.",
        discussion: """
            Without --since, everything up to now. Without --by, one group; with it, one a value. \
            Windows that hold more than 200,000 calls and requests are answered from rollups: their \
            quantiles are estimates within 1 %, everything else is exact.

            EXAMPLES
              agentwatch report
              agentwatch report --since 24h --by model
              agentwatch report --by agent,hour --since today --tz Europe/Paris
              agentwatch report --where agent=support,billing --where 'model=(none)' --json
              agentwatch report --metric error_rate --metric llm_latency_ms_p95 --since 15m
            """
    )

    @OptionGroup var query: QueryOptions

    @Option(
        help: ArgumentHelp(
            "Only these metrics (default: all that apply).",
            valueName: "name,..."
        )
    )
    var metric: [String] = []

    @Flag(help: "Compute from the events themselves, however many there are.")
    var exact = false

    @Option(
        help: ArgumentHelp(
            "Above so many milliseconds a request is slow, for slow_request_rate.",
            valueName: "milliseconds"
        )
    )
    var slowMs: Double = 10_000

    @OptionGroup var common: CommonOptions

    /// Checks the words while the command line is read, so that mistakes are usage errors.
    func validate() throws {
        _ = try Usage.checked { try WhereExpression.metrics(metric) }
        guard slowMs >= 0, slowMs <= 1e12 else {
            throw ValidationError("--slow-ms needs a number of milliseconds of at least 0")
        }
    }

    /// Asks the store and writes the answer.
    func run() throws {
        let answer = try answer(clock: SystemClock.now())
        if common.output.isJSON {
            try Output.write(JSONWriter.document(ReportJSON.value(answer)))
        } else {
            let text = ReportText(
                answer: answer,
                terminal: common.output.terminal,
                isQuiet: common.output.quiet
            )
            try Output.write(text.text())
        }
    }

    private func answer(clock: Timestamp) throws -> ReportAnswer {
        var words = ReportWords(query: query.words)
        words.metrics = metric
        words.isExact = exact
        words.slowMillis = slowMs
        // What is wrong with the words is said also where there is no database.
        _ = try Usage.checked { try words.question(clock: clock) }
        let store = try StoreChoice.openForReading(common.database)
        return try words.answer(from: store, clock: clock)
    }
}
