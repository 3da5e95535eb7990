import Foundation

/// A bar on standard error while files are read; nothing where that is no terminal.
struct IngestProgress: Sendable {
    private let total: Int64
    private let isShown: Bool
    private static let width = 30

    init(files: [String], isQuiet: Bool) {
        total = files.reduce(0) { $0 + Self.size($1) }
        isShown = !isQuiet && isatty(STDERR_FILENO) == 1 && total > 0
    }

    /// Redraws the bar.
    func show(_ bytes: Int64) {
        guard isShown else { return }
        let share = min(1, Double(bytes) / Double(total))
        let filled = Int(share * Double(Self.width))
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: Self.width - filled)
        write("\r[\(bar)] \(Int(share * 100)) %  \(bytes / 1_000_000) of \(total / 1_000_000) MB")
    }

    /// Takes the bar away.
    func clear() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    private static func size(_ path: String) -> Int64 {
        var status = stat()
        // What cannot be looked at is reported when it is read, and adds nothing to the bar.
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
