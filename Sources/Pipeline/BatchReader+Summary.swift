import LogTailing

extension BatchReader {
    /// What only the reader knows of an ingestion.
    func report(to summary: inout IngestSummary) {
        summary.unfinished = unfinished
        guard let queue = queue as? OnceQueue else { return }
        summary.files = queue.files
        summary.problems = queue.problems.map { "reading \($0.path): \($0.error)" }
    }
}
