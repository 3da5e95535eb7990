package import AgentEvents
import EventStorage

/// What an ingestion did, over all its files.
package struct IngestSummary: Sendable {
    /// Files that were read, also where nothing in them was new.
    package var files = 0
    package var ledger = SourceLedger()
    /// Last lines that are not whole yet; their bytes are left for the next time.
    package var unfinished: Int64 = 0
    package var requests: Int64 = 0
    package var seconds = 0.0
    /// Files that could not be read, one line each.
    package var problems: [String] = []

    package init() {}

    /// Adds what became of a batch.
    mutating func add(_ batch: IngestBatch, _ report: CommitReport) { add(batch.sources, report) }

    /// Adds what became of the lines of sources.
    mutating func add(_ sources: [SourceProgress], _ report: CommitReport) {
        for source in sources { ledger += source.ledger }
        ledger.markDuplicates(report.duplicates, conflicting: report.conflictingDuplicates)
        ledger.markExpired(report.expired)
        requests += report.requests
    }

    /// `nil` where no time was measured.
    package var eventsPerSecond: Double? {
        seconds > 0 ? Double(ledger.events) / seconds : nil
    }
}
