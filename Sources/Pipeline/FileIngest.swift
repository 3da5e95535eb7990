import AgentEvents
package import EventDecoding
package import EventStorage
import LogTailing
import Pricing

/// Reads files once, from where they were read to before, into a store.
///
/// Reading and decoding of a batch runs beside the storing of the one before it. A batch and the
/// offsets it reaches commit together: an ingestion that is interrupted and run again ends with the
/// same content as one that was not.
package struct FileIngest: Sendable {
    private let store: any EventStore
    private let options: DecodingOptions

    package init(store: any EventStore, options: DecodingOptions) {
        self.store = store
        self.options = options
    }

    /// Ingests the files in their order.
    ///
    /// `onProgress`: told the bytes read so far after each commit.
    package func run(
        _ paths: [String],
        onProgress: @Sendable (Int64) -> Void
    ) async throws -> IngestSummary {
        let clock = ContinuousClock()
        let start = clock.now
        let reader = BatchReader(
            paths: paths,
            known: try store.positions(),
            prices: PriceTable(prices: try store.prices()),
            options: options
        )
        var total = CommitReport()
        var ledger = SourceLedger()
        var next = await reader.next()
        while let current = next {
            async let following = reader.next()
            let report = try store.commit(current.batch, now: options.now)
            for source in current.batch.sources { ledger += source.ledger }
            total += report
            onProgress(current.bytes)
            next = await following
        }
        try store.sync()
        var summary = await reader.summary
        summary.ledger = ledger
        summary.ledger.events -= total.duplicates
        summary.ledger.duplicates += total.duplicates
        summary.ledger.conflictingDuplicates += total.conflictingDuplicates
        summary.requests = total.requests
        let elapsed = clock.now - start
        summary.seconds =
            Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        return summary
    }
}
