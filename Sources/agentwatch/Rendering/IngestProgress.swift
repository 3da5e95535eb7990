import Foundation

/// A bar while files are read.
struct IngestProgress: Sendable {
    private let total: Int64
    private let bar: ProgressBar

    init(files: [String], isQuiet: Bool) {
        total = files.reduce(0) { $0 + Self.size($1) }
        bar = ProgressBar(isQuiet: isQuiet)
    }

    /// Redraws the bar.
    func show(_ bytes: Int64) {
        bar.show(bytes, of: total, note: "\(bytes / 1_000_000) of \(total / 1_000_000) MB")
    }

    /// Takes the bar away.
    func clear() { bar.clear() }

    private static func size(_ path: String) -> Int64 {
        var status = stat()
        // What cannot be looked at is reported when it is read, and adds nothing to the bar.
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
