package import AgentEvents
package import Rollups

/// One LLM call, tool call or retry event as metrics read it.
///
/// Names are the store's.
package struct CallUnit: Sendable, Equatable {
    package var kind: EventKind
    package var succeeded: Bool
    /// Raw `ErrorClass`, 0 for none.
    package var errorClassCode: UInt8
    package var flags: AgentEvent.Flags
    package var timestamp: Timestamp
    /// Its own agent, else its request's.
    package var agent: NameIndex
    package var user: NameIndex
    package var session: NameIndex
    /// The model or the tool.
    package var subject: NameIndex
    package var provider: NameIndex
    package var latency: Optional64
    package var timeToFirstToken: Optional64
    /// All input classes together.
    package var input: Optional64
    package var cacheRead: Optional64
    /// Both lifetimes together.
    package var cacheWrite: Optional64
    package var output: Optional64
    package var cost: Optional64

    package init(kind: EventKind, timestamp: Timestamp) {
        self.kind = kind
        self.timestamp = timestamp
        succeeded = true
        errorClassCode = 0
        // `[]` goes through a generic initializer, once for each of millions.
        flags = AgentEvent.Flags(rawValue: 0)
        agent = .none
        user = .none
        session = .none
        subject = .none
        provider = .none
        latency = nil
        timeToFirstToken = nil
        input = nil
        cacheRead = nil
        cacheWrite = nil
        output = nil
        cost = nil
    }
}

/// Some of the names that a call has; what is not asked for need not be read.
package struct CallNames: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let agent = CallNames(rawValue: 1)
    package static let user = CallNames(rawValue: 2)
    package static let session = CallNames(rawValue: 4)
    /// The model or the tool.
    package static let subject = CallNames(rawValue: 8)
    package static let provider = CallNames(rawValue: 16)
}

/// A consistent view of a store.
///
/// Names are `NameIndex`es in the store's own numbering. What is handed over in chunks may come on another
/// thread, a chunk at a time: who takes it must not ask the snapshot meanwhile.
package protocol StoreSnapshot: CellReading {
    var settings: RequestSettings { get }

    /// What has been pruned.
    func horizon() throws -> RetentionHorizon

    /// Hands over the LLM calls, tool calls and retry events whose time lies in the window, in
    /// chunks, in no particular order; the names that are not asked for may be `.none`.
    ///
    /// All that people have; more than theirs where that is easier.
    func forEachCall(
        in window: TimeWindow,
        names: CallNames,
        of scope: UserScope,
        _ body: ([CallUnit]) throws -> Void
    ) throws

    /// Hands over the requests of a reach in chunks, in no particular order.
    ///
    /// All that people have; more than theirs where that is easier.
    func forEachRequest(
        in reach: RequestReach,
        of scope: UserScope,
        _ body: ([RequestRow]) throws -> Void
    ) throws

    /// Which agents ever completed or escalated a request of the store, whenever that ended.
    func agentOutcomes() throws -> AgentOutcomes

    /// When each agent first logged a completed `task_end`; agents that never did are absent.
    func endsTasksSince() throws -> [NameIndex: Timestamp]

    /// The stored events of a request id, sorted as `RequestFold` wants them; `nil` where there are too
    /// many to be folded anew.
    func events(ofRequestKey key: Int64) throws -> [AgentEvent]?

    /// The failed calls whose time lies in the window and that pass a filter, alike ones together: at
    /// most `limit` groups.
    func failures(
        in window: TimeWindow,
        passing filter: CallFilter,
        limit: Int
    ) throws -> FailureList

    /// The request id that a key stands for.
    func requestID(_ key: Int64) throws -> String?

    /// Events that carry a request id without an extent, in the window.
    func orphanEvents(in window: TimeWindow) throws -> [CallUnit]

    /// What became of the lines that were read in the window, all sources together.
    func ledger(readIn window: TimeWindow) throws -> SourceLedger

    /// How the follower stands to its files; `nil` where there has never been one.
    func following() throws -> FollowState?

    /// The time of the oldest event, if there is one.
    func oldestEvent() throws -> Timestamp?

    /// The time of the newest event, if there is one.
    func newestEvent() throws -> Timestamp?

    func name(_ index: NameIndex) throws -> String?

    func nameIndex(_ kind: NameKind, _ name: String) throws -> NameIndex?
}

extension StoreSnapshot {
    /// The requests whose `endedAt` lies in the window, whenever they began.
    package func forEachRequest(
        endedIn window: TimeWindow,
        of scope: UserScope,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        try forEachRequest(in: RequestReach(ended: window), of: scope, body)
    }
}
