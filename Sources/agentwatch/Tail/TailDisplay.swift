import AgentEvents
import EventStorage
import Pipeline
import Presentation
import ServiceLifecycle

/// Draws the block of `tail` twice a second while a follower runs.
struct TailDisplay: Service {
    var patterns: [String]
    var block: LiveBlock
    var tally: TailTally
    var refresh: FigureRefresh
    var wantsColor: Bool

    private static let pause = Duration.milliseconds(500)

    /// Draws until the program stops.
    ///
    /// - Throws: `CommandFailure` where the terminal has gone.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                refresh.refresh(tally.counts)
                try draw()
                // Cancelling is how it is told to stop.
                do { try await Task.sleep(for: Self.pause) } catch { return }
            }
        }
    }

    /// Draws once.
    func draw() throws {
        let (figures, problem) = refresh.latest
        let window = block.window
        var terminal = Terminal.standardOutput(wantsColor: wantsColor)
        // COLUMNS says what a table may use; the window, what would wrap.
        terminal.width = min(terminal.width, window.columns)
        let lines = TailBlock(
            patterns: patterns,
            counts: tally.counts,
            figures: figures,
            problem: problem,
            now: SystemClock.now(),
            terminal: terminal
        ).lines(rows: window.rows - 1)
        try block.draw(lines)
    }

    /// Draws what was reached, and says below it how to go on.
    func finish() throws {
        try draw()
        let counts = tally.counts
        let length = HumanNumber.calmAge(micros: SystemClock.now().micros - counts.startedAt.micros)
        let events = HumanNumber.counted(counts.ledger.events, "event")
        let lines = [
            "Stopped after \(length): \(events) stored.", "The same command goes on from here.",
        ]
        let columns = block.window.columns
        try Output.write(lines.map { DisplayWidth.fitted($0, columns) + "\n" }.joined())
    }
}
