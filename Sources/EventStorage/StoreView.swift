package import AgentEvents

/// One consistent view of a store: what metrics are made of, and what is looked up and listed.
package protocol StoreView: StoreSnapshot {
    /// The request ids that are stored under a text: everything about them, or `nil`.
    func request(_ id: String) throws -> RequestDetail?

    /// Stored request ids that begin with a text, at most `limit`, for suggestions.
    func requestIDs(startingWith prefix: String, limit: Int) throws -> [String]

    /// Adds the keys of the requests that have a call in the window which passes a filter and, where there
    /// are words, whose error text contains all of them.
    func addRequestKeys(
        ofCallsIn window: TimeWindow,
        passing filter: CallFilter,
        errorWords: [String],
        into keys: inout RequestKeySet
    ) throws

    /// Adds the keys of the request ids that contain all of some words; ASCII letters may be of either
    /// case.
    func addRequestKeys(containing words: [String], to keys: inout RequestKeySet) throws

    /// The names of a kind that contain all of some words; ASCII letters may be of either case.
    func names(_ kind: NameKind, containing words: [String]) throws -> Set<NameIndex>

    /// Deployments and starts of followers in a window, the newest first, at most `limit` of each.
    func occurrences(in window: TimeWindow, limit: Int) throws -> [Occurrence]

    /// The newest lines that could not be read first.
    ///
    /// `source`: only those of sources at this path.
    func forEachReject(
        source: String?,
        limit: Int,
        _ body: (RejectedLine) throws -> Void
    ) throws

    /// What the store holds.
    ///
    /// `now`: `StoredSource.recentLines` counts back from it.
    func status(now: Timestamp) throws -> StoreStatus

    func thresholds() throws -> [ThresholdRow]

    /// Whom to tell, in the order of the file.
    func receivers() throws -> [ReceiverConfiguration]

    /// What evaluations with memory remember.
    func alertMemory() throws -> AlertMemory

    /// The changes of alerts in a window, the newest first, at most `limit`.
    func transitions(in window: TimeWindow, limit: Int) throws -> [AlertTransition]

    /// The messages made in a window, the newest first, at most `limit`.
    func deliveries(in window: TimeWindow, limit: Int) throws -> [DeliverySummary]

    /// How many messages wait or were given up on, by receiver.
    func outboxCounts() throws -> [String: OutboxCount]
}

extension StoreView {
    /// The newest lines that could not be read first, as a list.
    package func rejects(source: String?, limit: Int) throws -> [RejectedLine] {
        var lines: [RejectedLine] = []
        try forEachReject(source: source, limit: limit) { lines.append($0) }
        return lines
    }
}

/// Shortcuts for callers that need one answer, each from a view of its own.
extension StoreView {
    /// The same for every configured receiver, also where nothing waits for it.
    package func receiverCounts() throws -> [String: OutboxCount] {
        var counts = try outboxCounts()
        for receiver in try receivers() where counts[receiver.name] == nil {
            counts[receiver.name] = OutboxCount()
        }
        return counts
    }
}

extension EventStore {
    package func request(_ id: String) throws -> RequestDetail? { try read { try $0.request(id) } }

    package func requestIDs(startingWith prefix: String, limit: Int) throws -> [String] {
        try read { try $0.requestIDs(startingWith: prefix, limit: limit) }
    }

    package func forEachReject(
        source: String?,
        limit: Int,
        _ body: (RejectedLine) throws -> Void
    ) throws {
        try read { try $0.forEachReject(source: source, limit: limit, body) }
    }

    /// The newest lines that could not be read first, as a list.
    package func rejects(source: String?, limit: Int) throws -> [RejectedLine] {
        try read { try $0.rejects(source: source, limit: limit) }
    }

    package func status(now: Timestamp) throws -> StoreStatus {
        try read { try $0.status(now: now) }
    }

    package func thresholds() throws -> [ThresholdRow] { try read { try $0.thresholds() } }

    package func receivers() throws -> [ReceiverConfiguration] {
        try read { try $0.receivers() }
    }
}
