import Glibc
import Presentation

/// How many characters a terminal shows; it may change while a command runs.
struct TerminalWindow: Sendable, Equatable {
    var columns: Int
    var rows: Int

    /// What is assumed of a terminal that does not say.
    private static let defaultRows = 24

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// `nil` where the descriptor is no terminal.
    init?(of descriptor: Int32) {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        columns = isKnown && size.ws_col > 0 ? Int(size.ws_col) : Terminal.defaultWidth
        rows = isKnown && size.ws_row > 0 ? Int(size.ws_row) : Self.defaultRows
    }
}
