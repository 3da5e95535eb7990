import Glibc
import Presentation
import Synchronization

/// Lines at the end of a terminal that are drawn over and over in the same place.
///
/// They never wrap and never exceed the window, since the way back to their first line is counted
/// in rows. Nothing of the terminal is changed, so nothing has to be restored: however the program
/// ends, the last lines stay, with the cursor below.
final class LiveBlock: Sendable {
    /// What stands on the terminal now.
    private struct Drawn {
        var lines: [String] = []
        /// How wide the window was.
        var columns = 0
    }

    private let drawn = Mutex(Drawn())

    /// `nil` where standard output is no terminal, or one whose cursor cannot be moved.
    init?() {
        let term = getenv("TERM").map { String(cString: $0) }
        guard TerminalWindow(of: STDOUT_FILENO) != nil, let term, !term.isEmpty, term != "dumb"
        else { return nil }
    }

    /// The window as it is now; it is asked anew each time, since it may have changed.
    var window: TerminalWindow {
        TerminalWindow(of: STDOUT_FILENO) ?? TerminalWindow(columns: 80, rows: 24)
    }

    /// Puts the lines in the place of those before; does nothing where they are the same.
    ///
    /// - Throws: `CommandFailure` where the terminal has gone.
    func draw(_ lines: [String]) throws {
        let window = window
        let shown = lines.prefix(window.rows - 1).map { StyledText.fitted($0, window.columns) }
        try drawn.withLock { drawn in
            guard shown != drawn.lines || window.columns != drawn.columns else { return }
            let text = shown.map { "\u{1b}[2K\($0)\n" }.joined()
            try Output.write(Self.wayBack(drawn, window) + text + "\u{1b}[J")
            drawn = Drawn(lines: shown, columns: window.columns)
        }
    }

    /// Writes a line to standard error above the block.
    func complain(_ line: String) {
        drawn.withLock { drawn in
            guard isatty(STDERR_FILENO) == 1 else { return Output.complain(line) }
            do {
                try Output.write(Self.wayBack(drawn, window) + "\u{1b}[J")
                Output.complain(line)
                try Output.write(drawn.lines.map { $0 + "\n" }.joined())
            } catch {
                // The next drawing says that the terminal has gone.
                Output.complain(line)
            }
        }
    }

    /// Moves the cursor to the first column of the first line; a window that has become narrower
    /// wraps what was drawn, which then takes more rows.
    private static func wayBack(_ drawn: Drawn, _ window: TerminalWindow) -> String {
        let rows = drawn.lines.reduce(0) { rows, line in
            rows + max(1, (StyledText.width(line) + window.columns - 1) / window.columns)
        }
        return rows == 0 ? "\r" : "\r\u{1b}[\(rows)A"
    }
}
