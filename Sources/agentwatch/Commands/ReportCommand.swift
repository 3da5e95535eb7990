import AgentEvents
import ArgumentParser
import EventStorage
import Pages
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
              agentwatch report --since 7d --by user --limit 20 --metric cost_usd_total
              agentwatch report --since 24h --compare 7d
              agentwatch report --since 7d --format html > report.html
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
            "The latency above which a request counts as slow, for slow_request_rate.",
            valueName: "milliseconds"
        )
    )
    var slowMs: Double = 10_000

    @Option(
        help: ArgumentHelp(
            "Only the largest groups by the first metric asked for, and one (rest) that holds the "
                + "others.",
            valueName: "groups"
        )
    )
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "Also give the values of an earlier period as long as the window: how much earlier it "
                + "lies, as 7d, or when it begins.",
            valueName: "time"
        ),
        transform: { word in try Usage.checked { try PeriodComparison(word) } }
    )
    var compare: PeriodComparison?

    @OptionGroup var database: DatabaseOption

    @OptionGroup var output: ReportOutput

    /// Checks the parameters while the command line is read, so that mistakes are usage errors.
    func validate() throws {
        _ = try Usage.checked { try WhereExpression.metrics(metric) }
        if output.chosen == .html,
            !metric.isEmpty || !query.by.isEmpty || exact || compare != nil
        {
            throw ValidationError(
                "--format html has numbers of its own: leave out --by, --metric, --exact, --compare"
            )
        }
        if let limit, !(1...1_000_000).contains(limit) {
            throw ValidationError("--limit needs a number of groups from 1 to 1,000,000")
        }
        guard slowMs >= 0, slowMs <= 1e12 else {
            throw ValidationError("--slow-ms needs a number of milliseconds of at least 0")
        }
    }

    /// Asks the store and writes the answer.
    func run() throws {
        let clock = SystemClock.now()
        if output.chosen == .html { return try Output.write(try file(clock: clock)) }
        switch output.chosen {
        case .json: try stream(.json, clock: clock)
        case .csv: try stream(.csv, clock: clock)
        case .markdown: try stream(.markdown, clock: clock)
        case .table, .html:
            let text = ReportText(
                answer: try answer(clock: clock),
                terminal: output.terminal,
                isQuiet: output.quiet
            )
            try Output.write(text.text())
        }
    }

    /// Tables show at most this many groups; who wants more reads CSV or JSON.
    private static let maxTableRows = 10_000

    /// Writes groups as they are made, however many there are.
    private func stream(_ format: ReportStream.Format, clock: Timestamp) throws {
        let parameters = try parameters(clock: clock)
        let store = try StoreChoice.openForReading(database.path)
        try ReportStream.write(parameters, as: format, from: store, clock: clock, to: Output.write)
    }

    /// The pages of the window in one file.
    private func file(clock: Timestamp) throws -> String {
        let request = try Usage.checked { try PageRequest(query.parameters, clock: clock) }
        let store = try StoreChoice.openForReading(database.path)
        let source = PageSource(store: store, isLive: false, look: FileStatus.init(at:))
        return try ReportFile.html(request, from: source)
    }

    private func answer(clock: Timestamp) throws -> ReportAnswer {
        var parameters = try parameters(clock: clock)
        parameters.limit = min(limit ?? Self.maxTableRows, Self.maxTableRows)
        let store = try StoreChoice.openForReading(database.path)
        return try parameters.answer(from: store, clock: clock)
    }

    private func parameters(clock: Timestamp) throws -> ReportParameters {
        var parameters = ReportParameters(query: query.parameters)
        parameters.metrics = metric
        parameters.isExact = exact
        parameters.slowMillis = slowMs
        parameters.limit = limit
        parameters.comparison = compare
        // What is wrong with the parameters is said also where there is no database.
        _ = try Usage.checked { try parameters.shift(try parameters.metricQuery(clock: clock)) }
        return parameters
    }
}
