import Foundation

/// A bar on standard error while something long goes on; nothing where that is no terminal.
struct ProgressBar: Sendable {
    private let isShown: Bool
    private static let width = 30

    init(isQuiet: Bool) { isShown = !isQuiet && isatty(STDERR_FILENO) == 1 }

    /// Redraws the bar.
    ///
    /// `note`: stands behind it.
    func show(_ done: Int64, of total: Int64, note: String) {
        guard isShown, total > 0 else { return }
        let share = min(1, Double(done) / Double(total))
        let filled = Int(share * Double(Self.width))
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: Self.width - filled)
        write("\r[\(bar)] \(Int(share * 100)) %  \(note)\u{1B}[K")
    }

    /// Takes the bar away.
    func clear() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
