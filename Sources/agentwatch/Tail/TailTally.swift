import AgentEvents
import Pipeline
import Synchronization

/// What a follower has done since it was started, as its display and its last line tell it.
struct TailCounts: Sendable {
    var startedAt: Timestamp
    var ledger = SourceLedger()
    var requests: Int64 = 0
    /// The files as they were at the last look.
    var state = FollowedFileCount(files: 0, behind: 0)
    /// How many batches were stored; a change means that there is something new.
    var batches = 0
    /// Events of the batches of the last seconds, the oldest first.
    var recent: [(time: Timestamp, events: Int64)] = []

    /// Over how much time the rate is taken.
    static let rateSpan = 10 * Micros.second

    /// Events a second over the last ten seconds, or since the start where that is less ago.
    func rate(now: Timestamp) -> Double {
        let since = max(startedAt, now - Self.rateSpan)
        let events = recent.reduce(0) { $0 + ($1.time > since ? $1.events : 0) }
        // A first batch may come within a millisecond.
        let seconds = max(1, Double(now.micros - since.micros) / Double(Micros.second))
        return Double(events) / seconds
    }

    mutating func add(_ progress: FollowProgress) {
        let summary = progress.summary
        ledger += summary.ledger
        requests += summary.requests
        state = FollowedFileCount(files: progress.files, behind: progress.behind)
        batches += 1
        recent.removeAll { $0.time <= progress.time - Self.rateSpan }
        recent.append((progress.time, summary.ledger.events))
    }
}

/// The counts of a running follower, shared between what reads and what draws.
final class TailTally: Sendable {
    private let shared: Mutex<TailCounts>

    init(startedAt: Timestamp) { shared = Mutex(TailCounts(startedAt: startedAt)) }

    /// The counts as they are now.
    var counts: TailCounts { shared.withLock { $0 } }

    /// Takes in a look at the files.
    func note(_ state: FollowedFileCount) { shared.withLock { $0.state = state } }

    /// Takes in a batch that was stored.
    func add(_ progress: FollowProgress) { shared.withLock { $0.add(progress) } }
}
