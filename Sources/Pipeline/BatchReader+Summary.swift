import LogTailing

extension BatchReader where Queue == OnceQueue {
    /// Tells what only the reader knows of an ingestion.
    func report(to summary: IngestSummary) -> IngestSummary {
        var summary = summary
        summary.unfinished = unfinished
        withQueue { queue in
            summary.files = queue.files
            summary.problems = queue.problems.map {
                "reading \(SourcePath.title($0.path)): \($0.error)"
            }
        }
        return summary
    }
}
