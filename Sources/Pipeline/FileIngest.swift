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
    private let database: String

    /// How often in a row another process may come first: in a damaged database, for ever.
    private static let maxCollisions = 64

    /// `database`: where the store lies, whose files are no logs.
    package init(store: any EventStore, database: String, options: DecodingOptions) {
        self.store = store
        self.database = database
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
        let written = WrittenFiles(paths: StoreChoice.files(database))
        let reader = BatchReader(
            queue: OnceQueue(paths: paths, known: try store.positions(), written: written),
            limit: .bulk,
            prices: PriceTable(prices: try store.prices()),
            options: options
        )
        var summary = IngestSummary()
        var collisions = 0
        var next = await reader.next()
        while let current = next {
            async let following = reader.next()
            do {
                let report = try store.commit(current.batch, now: options.now)
                summary.add(current.batch, report)
                onProgress(current.bytes)
                next = await following
                collisions = 0
            } catch let error as StoreError where error.code == .moved {
                // Another process has read one of the files meanwhile: go on where it is now.
                _ = await following
                collisions += 1
                if collisions == Self.maxCollisions { throw error }
                let known = try store.positions()
                await reader.withQueue { $0.rewind(to: known) }
                next = await reader.next()
            }
        }
        try store.sync()
        summary = await reader.report(to: summary)
        let elapsed = clock.now - start
        summary.seconds =
            Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        return summary
    }
}

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
