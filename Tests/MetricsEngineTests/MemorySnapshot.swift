import AgentEvents
import EventStorage
import MetricsEngine
import Rollups

/// A store in memory: events go in, and are folded whenever a query looks.
struct MemorySnapshot: StoreSnapshot {
    var settings = RequestSettings() { didSet { cells = CellCache() } }
    var ledger = SourceLedger()
    var followState: FollowState?
    /// Where set, the first look at requests gives all, whatever the window is, and others none.
    var firstLook: FirstLook?
    private(set) var batch = EventBatch()
    /// Of the events so far; another one after each that is added.
    private var cells = CellCache()

    /// Adds an event at a time in seconds.
    mutating func add(
        _ kind: EventKind,
        _ request: String?,
        at seconds: Double,
        agent: String? = nil,
        user: String? = nil,
        subject: String? = nil,
        provider: String? = nil,
        change: (inout AgentEvent) -> Void = { _ in }
    ) {
        var event = AgentEvent(
            kind: kind,
            source: 0,
            offset: Int64(batch.events.count),
            timestamp: .at(seconds)
        )
        event.request =
            request.map { text in
                text.utf8Bytes { batch.request($0) }
            } ?? .none
        event.agent = name(.agent, agent)
        event.user = name(.user, user)
        event.subject = name(kind == .toolCall ? .tool : .model, subject)
        event.provider = name(.provider, provider)
        if agent != nil { event.flags.insert(.ownAgent) }
        if user != nil { event.flags.insert(.ownUser) }
        change(&event)
        batch.events.append(event)
        cells = CellCache()
    }

    private mutating func name(_ kind: NameKind, _ name: String?) -> NameIndex {
        guard let name else { return .none }
        return name.utf8Bytes { batch.name(kind, $0) }
    }

    /// The requests of the store with the events of each id.
    private func folded() -> [(events: [AgentEvent], fold: RequestFold.Result)] {
        let withID = batch.events.filter { !$0.request.isNone }
        let byID = Dictionary(grouping: withID, by: \.request.rawValue)
        return byID.sorted { $0.key < $1.key }.map { key, events in
            let sorted = events.sorted { ($0.timestamp, $0.offset) < ($1.timestamp, $1.offset) }
            var fold = RequestFold.fold(sorted, settings: settings)
            for index in fold.requests.indices { fold.requests[index].key = Int64(key) }
            return (sorted, fold)
        }
    }

    func forEachCall(
        in window: TimeWindow,
        names: CallNames,
        of scope: UserScope,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        var units: [CallUnit] = []
        for (events, fold) in folded() {
            for (event, owner) in zip(events, fold.owners) where owner >= 0 {
                guard event.kind.isCall || event.kind == .retry else { continue }
                units.append(unit(event, fold.requests[owner]))
            }
        }
        let inside = units.filter { window.contains($0.timestamp) }
        // Two chunks, so that nothing depends on seeing all at once.
        let half = inside.count / 2
        for chunk in [inside[..<half], inside[half...]] { try body(Array(chunk)) }
    }

    private func unit(_ event: AgentEvent, _ request: RequestRow?) -> CallUnit {
        var unit = CallUnit(kind: event.kind, timestamp: event.timestamp)
        unit.succeeded = event.succeeded
        unit.errorClassCode = event.errorClassCode
        unit.flags = event.flags
        let isLaterAttempt = event.attempt.value.map { $0 > 1 } ?? false
        if event.kind == .retry || (isLaterAttempt && request?.retryEvents == 0) {
            unit.flags.insert(.countsAsRetry)
        }
        unit.agent = event.agent.isNone ? request?.agent ?? .none : event.agent
        unit.user = event.user.isNone ? request?.user ?? .none : event.user
        unit.subject = event.subject
        unit.provider = event.provider
        unit.latency = event.latency
        unit.timeToFirstToken = event.timeToFirstToken
        unit.input = Optional64(event.totalInput)
        unit.cacheRead = event.cacheRead
        unit.cacheWrite = event.cacheWrite
        unit.output = event.output
        unit.cost = event.cost
        return unit
    }

    func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        in reach: CellReach,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        let many = BucketWidth.quarter.length / BucketWidth.minute.length
        try cells.fold(of: self).forEachCell(type, in: reach) { key, bucket, cell in
            guard reach.width != .minute || Self.hasMinutes(bucket / many) else { return }
            // As stores keep it, so that what is not asked for is not there.
            let stored = try CellBytes(of: cell).bytes.withUnsafeBytes {
                try CellReader.cell(type, in: $0, withSketches: reach.needsSketches)
            }
            try body(key, bucket, stored)
        }
    }

    /// Every other quarter has cells of its minutes, so that both ways are walked.
    private static func hasMinutes(_ quarter: Int64) -> Bool { quarter % 2 == 0 }

    func quarters(_ buckets: Range<Int64>) throws -> [QuarterVolume] {
        try cells.fold(of: self).quarters(buckets, hasMinutes: Self.hasMinutes)
    }

    func forEachRequest(
        in reach: RequestReach,
        of scope: UserScope,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        if let firstLook {
            guard !firstLook.isOver else { return }
            firstLook.isOver = true
        }
        for (_, fold) in folded() {
            try body(
                fold.requests.filter {
                    firstLook != nil || reach.contains($0)
                }
            )
        }
    }

    func agentOutcomes() throws -> AgentOutcomes {
        var outcomes = AgentOutcomes()
        for request in folded().flatMap(\.fold.requests) {
            let isCompleted = request.taskOutcome == .completed
            if isCompleted { outcomes.completing.insert(request.agent) }
            if isCompleted || request.taskOutcome == .escalated || request.hasEscalation {
                outcomes.deciding.insert(request.agent)
            }
        }
        return outcomes
    }

    func foldedNames() -> Int64 { 0 }

    func endsTasksSince() throws -> [NameIndex: Timestamp] {
        var since: [NameIndex: Timestamp] = [:]
        for (events, fold) in folded() {
            for (event, owner) in zip(events, fold.owners) where event.outcome == .completed {
                let agent = event.agent.isNone ? fold.requests[owner].agent : event.agent
                since[agent] = min(since[agent] ?? event.timestamp, event.timestamp)
            }
        }
        return since
    }

    func events(ofRequestKey key: Int64) throws -> [AgentEvent]? {
        batch.events.filter { Int64($0.request.rawValue) == key }
            .sorted { ($0.timestamp, $0.offset) < ($1.timestamp, $1.offset) }
    }

    func orphanEvents(in window: TimeWindow) throws -> [CallUnit] {
        folded().flatMap { events, fold in
            zip(events, fold.owners).filter { $1 < 0 }.map { unit($0.0, nil) }
        }.filter { window.contains($0.timestamp) }
    }

    func failures(
        in window: TimeWindow,
        passing filter: CallFilter,
        limit: Int
    ) -> FailureList { FailureList() }

    func requestID(_ key: Int64) -> String? { nil }

    func ledger(readIn window: TimeWindow) throws -> SourceLedger { ledger }

    func following() throws -> FollowState? { followState }

    func horizon() -> RetentionHorizon { .none }

    func oldestEvent() throws -> Timestamp? { batch.events.map(\.timestamp).min() }

    func newestEvent() throws -> Timestamp? { batch.events.map(\.timestamp).max() }

    func name(_ index: NameIndex) throws -> String? { batch.name(index) }

    func nameIndex(_ kind: NameKind, _ name: String) throws -> NameIndex? {
        (1...UInt32(max(1, batch.names.count))).filter { Int($0) <= batch.names.count }
            .first { Array(batch.names[$0]) == [kind.rawValue] + Array(name.utf8) }
            .map(NameIndex.init(rawValue:))
    }
}

/// Whether a snapshot was asked for requests before.
final class FirstLook {
    var isOver = false
}

extension String {
    /// Its UTF-8 bytes for as long as the body runs.
    fileprivate func utf8Bytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Array(utf8).withUnsafeBytes(body)
    }
}

extension Timestamp {
    /// Seconds after 2026-01-05T00:00:00Z, a Monday.
    static func at(_ seconds: Double) -> Timestamp {
        Timestamp(micros: 1_767_571_200_000_000 + Int64(seconds * 1_000_000))
    }
}
