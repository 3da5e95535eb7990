import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch requests`.
struct RequestsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests",
        abstract: "A list of requests, the newest or the largest first.",
        discussion: """
            Requests that closed in the window and, where it goes up to now, those that are open. \
            Without --since, all. --where narrows by a request's own agent, user, session and \
            outcome, and by the model, provider, tool and error of its calls in the window.

            EXAMPLES
              agentwatch requests --failed --since 1h
              agentwatch requests --slow --where agent=support-bot --limit 10
              agentwatch requests --search 'rate limit' --since 24h
              agentwatch requests --since 7d --sort cost --format csv > requests.csv
            """
    )

    /// How a list of requests is written.
    enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
        case table
        case json
        case csv
    }

    @Flag(help: "Only those that failed.")
    var failed = false

    @Flag(help: "Only those that took more than 10 s, the slowest first.")
    var slow = false

    @Flag(help: "Only those that cost more than $0.50, the most expensive first.")
    var expensive = false

    @Flag(help: "Only those that called a tool again and again with the same arguments.")
    var looping = false

    @Flag(help: "Only those that were escalated.")
    var escalated = false

    @Flag(help: "Only those with a retry.")
    var retried = false

    @Flag(help: "Only those that are open.")
    var open = false

    @Option(
        help: ArgumentHelp(
            "Only those whose id, user, session or error texts contain all of these words.",
            valueName: "words"
        ),
        transform: { text in try Usage.checked { try RequestSearch(text) } }
    )
    var search: RequestSearch?

    @Option(
        help: ArgumentHelp(
            "What comes first: "
                + RequestQuery.Order.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            valueName: "order"
        ),
        transform: { word in try Usage.checked { try RequestQuery.Order(named: word) } }
    )
    var sort: RequestQuery.Order?

    @Option(help: ArgumentHelp("The most requests.", valueName: "n"))
    var limit = 50

    @OptionGroup var window: WindowOptions

    @OptionGroup var database: DatabaseOption

    @Option(help: ArgumentHelp("How to write the answer.", valueName: "format"))
    var format: Format?

    @Flag(help: "Short for --format json.")
    var json = false

    @Flag(name: [.short, .long], help: "Leave out notes and hints.")
    var quiet = false

    @Flag(name: .customLong("no-color"), help: "No colours, as with NO_COLOR.")
    var noColor = false

    /// What is chosen by flags, each of which excludes the others.
    private var choices: [RequestQuery.Choice] {
        let flags: [(Bool, RequestQuery.Choice)] = [
            (failed, .failed), (slow, .slow), (expensive, .expensive), (looping, .looping),
            (escalated, .escalated), (retried, .retried), (open, .open),
        ]
        return flags.filter(\.0).map(\.1)
    }

    /// Checks the parameters while the command line is read, so that mistakes are usage errors.
    func validate() throws {
        guard choices.count <= 1 else {
            let words = choices.map { "--\($0.rawValue)" }.joined(separator: " and ")
            throw ValidationError("\(words) exclude each other; --where narrows further")
        }
        guard (1...RequestQuery.deepest).contains(limit) else {
            throw ValidationError("--limit needs a number from 1 to \(RequestQuery.deepest)")
        }
        if json, let format, format != .json {
            throw ValidationError("--json and --format \(format.rawValue) exclude each other")
        }
        _ = try Usage.checked { try window.parameters.requestFilters }
    }

    /// Asks the store and writes the list.
    func run() throws {
        let parameters = window.parameters
        let now = parameters.evaluationTime(clock: SystemClock.now())
        let query = RequestQuery(
            window: try Usage.checked { try parameters.window(now: now) },
            now: now,
            filters: try parameters.requestFilters,
            choice: choices.first ?? .all,
            order: sort,
            search: search
        )
        let store = try StoreChoice.openForReading(database.path)
        let answer = try store.read { view in
            try RequestListAnswer(query, page: 1, limit: limit, from: view)
        }
        switch json ? .json : format ?? .table {
        case .json: try Output.write(JSONWriter.document(answer.json))
        case .csv: try Output.write(answer.csv)
        case .table:
            let terminal = Terminal.standardOutput(wantsColor: !noColor)
            let zone = window.tz ?? .utc
            try Output.write(answer.table(terminal, zone: zone, isQuiet: quiet))
        }
    }
}
