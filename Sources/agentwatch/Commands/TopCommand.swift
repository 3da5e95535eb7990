import AgentEvents
import ArgumentParser
import EventStorage
import MetricsEngine
import Pipeline
import Presentation

/// `agentwatch top`.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "The overview in the terminal, as it is now and goes on.",
        discussion: """
            Arrows change the range and the order, a, m and t what the rows are, / filters, ? tells of \
            all keys, q quits. Where output or input is no terminal, it is printed once.

            EXAMPLES
              agentwatch top
              agentwatch top --range 1h --where agent=support-bot
            """
    )

    @Option(
        help: ArgumentHelp(
            "How far back it looks: \(TopChoice.ranges.joined(separator: ", ")).",
            valueName: "range"
        )
    )
    var range = "15m"

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only what has one of the values; (none) is having none.",
            valueName: "dimension=value,..."
        )
    )
    var conditions: [String] = []

    @OptionGroup var database: DatabaseOption

    @Flag(name: .customLong("no-color"), help: "No colours, as with NO_COLOR.")
    var noColor = false

    /// How often the screen is drawn, and keys are waited for, in milliseconds.
    private static let pause: Int32 = 500
    /// How long numbers are shown before they are computed anew.
    private static let minInterval = Duration.seconds(2)
    /// The share of the time that is spent on computing: one part of this many.
    private static let share = 10

    /// Checks the parameters while the command line is read, so that mistakes are usage errors.
    func validate() throws {
        _ = try Usage.checked { try TopChoice(range: range, conditions: conditions) }
        _ = try Usage.checked { try WhereExpression.filters(conditions) }
    }

    /// Shows the overview until somebody quits; once where there is no terminal.
    func run() throws {
        let choice = try TopChoice(range: range, conditions: conditions)
        let store = try StoreChoice.openForReading(database.path)
        guard let block = LiveBlock(), let keys = TerminalKeys() else {
            return try printOnce(choice, store)
        }
        try show(choice, store, on: block, keys)
    }

    private func printOnce(_ choice: TopChoice, _ store: any EventStore) throws {
        let now = SystemClock.now()
        let figures = try TopFigures.computed(choice, from: store, now: now)
        let terminal = Terminal.standardOutput(wantsColor: !noColor)
        let screen = TopScreen(
            choice: choice,
            figures: figures,
            now: now,
            terminal: terminal,
            takesKeys: false
        )
        try Output.write(screen.lines(rows: .max).map { $0 + "\n" }.joined())
    }

    private func show(
        _ first: TopChoice,
        _ store: any EventStore,
        on block: LiveBlock,
        _ keys: borrowing TerminalKeys
    ) throws {
        var choice = first
        var screen = TopScreen(
            choice: choice,
            now: SystemClock.now(),
            terminal: .standardOutput(wantsColor: !noColor),
            takesKeys: true
        )
        var dueAt = ContinuousClock.now
        while true {
            screen.choice = choice
            if ContinuousClock.now >= dueAt {
                let start = ContinuousClock.now
                compute(&screen, from: store)
                let took = ContinuousClock.now - start
                dueAt = ContinuousClock.now + max(Self.minInterval, took * (Self.share - 1))
            }
            try draw(&screen, on: block)
            for key in keys.next(within: Self.pause) {
                switch choice.take(key) {
                case .quit: return
                case .refresh: dueAt = ContinuousClock.now
                case .redraw, .nothing: break
                }
            }
        }
    }

    /// What cannot be computed leaves the numbers before, with the reason.
    private func compute(_ screen: inout TopScreen, from store: any EventStore) {
        do {
            let now = SystemClock.now()
            screen.figures = try TopFigures.computed(screen.choice, from: store, now: now)
            screen.problem = nil
        } catch { screen.problem = "\(error)" }
    }

    private func draw(_ screen: inout TopScreen, on block: LiveBlock) throws {
        let window = block.window
        screen.now = SystemClock.now()
        screen.terminal = .standardOutput(wantsColor: !noColor)
        // COLUMNS says what a table may use; the window, what would wrap.
        screen.terminal.width = min(screen.terminal.width, window.columns)
        try block.draw(screen.lines(rows: window.rows - 1))
    }
}
