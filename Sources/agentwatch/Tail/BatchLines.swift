import Logging
import Pipeline
import Presentation
import Synchronization

/// Writes a line of JSON for each batch that a follower stores.
final class BatchLines: Sendable {
    private let isWritten: Bool
    private let logger: Logger
    /// Whether standard output takes no more.
    private let hasFailed = Mutex(false)

    init(isWritten: Bool, logger: Logger) {
        self.isWritten = isWritten
        self.logger = logger
    }

    /// The keys of `ingest --json`, and `time`.
    ///
    /// Where it cannot be written, storing goes on: it matters more than being told of.
    func write(_ progress: FollowProgress) {
        guard isWritten, !hasFailed.withLock({ $0 }) else { return }
        let members = [(key: "time", value: JSONValue.time(progress.time))]
        let line = JSONValue.object(members + IngestText.members(progress.summary))
        do {
            try Output.write(JSONWriter.line(line) + "\n")
        } catch {
            hasFailed.withLock { $0 = true }
            logger.error(
                "batches are stored, but no longer written",
                metadata: ["error": "\(error)"]
            )
        }
    }
}
