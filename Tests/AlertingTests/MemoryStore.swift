import AgentEvents
import EventStorage
import Rollups

/// A store of closed requests and calls that stand as the tests write them.
struct MemoryStore: StoreSnapshot {
    /// What reading throws, if it does.
    var failure: StoreError?
    var follower: FollowState?
    /// Of any window.
    var read = SourceLedger()
    private var requests: [RequestRow] = []
    private var calls: [CallUnit] = []
    private var openEvents: [Int64: [AgentEvent]] = [:]
    private var names: [String] = []
    private var newest: Timestamp?

    var settings: RequestSettings { RequestSettings() }

    mutating func name(_ text: String?) -> NameIndex {
        guard let text else { return .none }
        if let index = names.firstIndex(of: text) { return NameIndex(rawValue: UInt32(index) + 1) }
        names.append(text)
        return NameIndex(rawValue: UInt32(names.count))
    }

    /// A request that its `task_end` closed at a moment.
    mutating func addRequest(
        closed: Timestamp,
        outcome: TaskOutcome = .completed,
        latencyMillis: Int64? = nil,
        cost: Int64? = nil,
        agent: String? = nil
    ) {
        var row = RequestRow(begunAt: closed - 1, endedAt: closed)
        row.key = Int64(requests.count + 1)
        row.agent = name(agent)
        row.outcomeCode = outcome.rawValue
        row.reportedLatency = Optional64(latencyMillis.map { $0 * Micros.millisecond })
        row.llmCalls = 1
        row.cost = Optional64(cost)
        row.pricedCalls = cost == nil ? 0 : 1
        requests.append(row)
        saw(closed)
    }

    /// A request without `task_end` whose tool calls, all with the same arguments, are still young.
    mutating func addRunningLoop(calls count: Int64, at moment: Timestamp) {
        let key = Int64(requests.count + 1)
        let events = (0..<count).map { index in
            var event = AgentEvent(
                kind: .toolCall,
                source: 0,
                offset: index,
                timestamp: moment + index
            )
            event.subject = NameIndex(rawValue: 1)
            event.argumentsHash = Optional64(7)
            return event
        }
        var row = RequestFold.fold(events, settings: settings).requests[0]
        row.key = key
        requests.append(row)
        openEvents[key] = events
        saw(moment + count)
    }

    /// Calls at a moment, all alike but for their success.
    mutating func addCalls(
        _ kind: EventKind,
        at moment: Timestamp,
        succeeded: Int,
        failed: Int = 0,
        subject: String? = nil
    ) {
        var call = CallUnit(kind: kind, timestamp: moment)
        call.subject = name(subject)
        calls += Array(repeating: call, count: succeeded)
        call.succeeded = false
        calls += Array(repeating: call, count: failed)
        saw(moment)
    }

    private mutating func saw(_ moment: Timestamp) { newest = max(newest ?? moment, moment) }

    private func readable() throws {
        if let failure { throw failure }
    }

    func forEachCall(
        in window: TimeWindow,
        names: CallNames,
        of scope: UserScope,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        try readable()
        try body(calls.filter { window.contains($0.timestamp) })
    }

    func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        in reach: CellReach,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        try CellFold(of: self).forEachCell(type, in: reach, body)
    }

    func quarters(_ buckets: Range<Int64>) throws -> [QuarterVolume] {
        try CellFold(of: self).quarters(buckets) { _ in true }
    }

    func forEachRequest(
        in reach: RequestReach,
        of scope: UserScope,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        try readable()
        try body(requests.filter { reach.contains($0) })
    }

    func agentOutcomes() -> AgentOutcomes {
        var outcomes = AgentOutcomes()
        outcomes.completing = Set(
            requests.filter { $0.taskOutcome == .completed }.map(\.agent)
        )
        // The tests have no escalations without a task_end.
        outcomes.deciding = outcomes.completing.union(
            requests.filter { $0.taskOutcome == .escalated }.map(\.agent)
        )
        return outcomes
    }

    func foldedNames() -> Int64 { 0 }

    func endsTasksSince() -> [NameIndex: Timestamp] { [:] }
    func events(ofRequestKey key: Int64) -> [AgentEvent]? { openEvents[key] ?? [] }
    func orphanEvents(in window: TimeWindow) -> [CallUnit] { [] }
    func failures(
        in window: TimeWindow,
        passing filter: CallFilter,
        limit: Int
    ) -> FailureList { FailureList() }

    func requestID(_ key: Int64) -> String? { nil }

    func ledger(readIn window: TimeWindow) -> SourceLedger { read }
    func following() -> FollowState? { follower }
    func horizon() -> RetentionHorizon { .none }

    func oldestEvent() -> Timestamp? { nil }

    func newestEvent() -> Timestamp? { newest }

    func name(_ index: NameIndex) -> String? {
        index.isNone ? nil : names[Int(index.rawValue) - 1]
    }

    func nameIndex(_ kind: NameKind, _ name: String) -> NameIndex? {
        names.firstIndex(of: name).map { NameIndex(rawValue: UInt32($0) + 1) }
    }
}
