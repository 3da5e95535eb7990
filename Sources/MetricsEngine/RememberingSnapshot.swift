package import AgentEvents
package import EventStorage
package import Rollups

/// A snapshot that reads the calls, the requests and the cells of a window once, however many queries ask for
/// them.
///
/// A page asks a dozen queries about the same two windows. Remembers at most some 100 MB, as long as it
/// lives; windows that hold more are read again.
package final class RememberingSnapshot: StoreSnapshot {
    private let base: any StoreSnapshot
    private let calls = RememberedRows<TimeWindow, CallUnit>(max: 262_144)
    private let requests = RememberedRows<RequestReach, RequestRow>(max: 131_072)
    private let cells = RememberedCells(max: 16_384)

    package init(_ base: any StoreSnapshot) { self.base = base }

    package func forEachCall(
        in window: TimeWindow,
        names: CallNames,
        of scope: UserScope,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        guard case .all = scope else {
            return try base.forEachCall(in: window, names: names, of: scope, body)
        }
        // Others will ask for other names.
        let every: CallNames = [.agent, .user, .session, .subject, .provider]
        if let known = calls.answer(to: window) { return try known.forEach(body) }
        var answer = calls.newAnswer
        try base.forEachCall(in: window, names: every, of: .all) { units in
            answer.append(units)
            try body(units)
        }
        calls.keep(answer, to: window)
    }

    package func forEachRequest(
        in reach: RequestReach,
        of scope: UserScope,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        guard case .all = scope else {
            return try base.forEachRequest(in: reach, of: scope, body)
        }
        if let known = requests.answer(to: reach) { return try known.forEach(body) }
        var answer = requests.newAnswer
        try base.forEachRequest(in: reach, of: .all) { rows in
            answer.append(rows)
            try body(rows)
        }
        requests.keep(answer, to: reach)
    }
}

extension RememberingSnapshot {
    package func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        in reach: CellReach,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        try forEachCell(type, inEach: [reach]) { try body($1, $2, $3) }
    }

    package func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        inEach reaches: [CellReach],
        _ body: (Int, CellKey, Int64, Cell) throws -> Void
    ) throws {
        var unknown: [Int] = []
        for (index, reach) in reaches.enumerated() {
            let question = CellQuestion(series: Cell.series, reach: reach)
            guard let known: RememberedCells.Answer<Cell> = cells.answer(to: question) else {
                unknown.append(index)
                continue
            }
            for entry in known { try body(index, entry.key, entry.bucket, entry.cell) }
        }
        guard !unknown.isEmpty else { return }
        var answers = [RememberedCells.Answer<Cell>](repeating: [], count: unknown.count)
        var count = 0
        try base.forEachCell(type, inEach: unknown.map { reaches[$0] }) {
            place,
            key,
            bucket,
            cell in
            count += 1
            if cells.hasRoom(for: count) { answers[place].append((key, bucket, cell)) }
            try body(unknown[place], key, bucket, cell)
        }
        guard cells.hasRoom(for: count) else { return }
        for (place, index) in unknown.enumerated() {
            let question = CellQuestion(series: Cell.series, reach: reaches[index])
            cells.keep(answers[place], to: question)
        }
    }
}

/// Everything else is asked of the snapshot that it stands for.
extension RememberingSnapshot {
    package var settings: RequestSettings { base.settings }

    package func quarters(_ buckets: Range<Int64>) throws -> [QuarterVolume] {
        try base.quarters(buckets)
    }

    package func foldedNames() throws -> Int64 { try base.foldedNames() }

    package func agentOutcomes() throws -> AgentOutcomes { try base.agentOutcomes() }

    package func endsTasksSince() throws -> [NameIndex: Timestamp] { try base.endsTasksSince() }

    package func events(ofRequestKey key: Int64) throws -> [AgentEvent]? {
        try base.events(ofRequestKey: key)
    }

    package func failures(
        in window: TimeWindow,
        passing filter: CallFilter,
        limit: Int
    ) throws -> FailureList { try base.failures(in: window, passing: filter, limit: limit) }

    package func requestID(_ key: Int64) throws -> String? { try base.requestID(key) }

    package func orphanEvents(in window: TimeWindow) throws -> [CallUnit] {
        try base.orphanEvents(in: window)
    }

    package func ledger(readIn window: TimeWindow) throws -> SourceLedger {
        try base.ledger(readIn: window)
    }

    package func following() throws -> FollowState? { try base.following() }

    package func horizon() throws -> RetentionHorizon { try base.horizon() }

    package func oldestEvent() throws -> Timestamp? { try base.oldestEvent() }

    package func newestEvent() throws -> Timestamp? { try base.newestEvent() }

    package func name(_ index: NameIndex) throws -> String? { try base.name(index) }

    package func nameIndex(_ kind: NameKind, _ name: String) throws -> NameIndex? {
        try base.nameIndex(kind, name)
    }
}

/// Rows by what was asked for, as long as they are not too many.
private final class RememberedRows<Question: Hashable, Row> {
    /// The rows of one question, in chunks.
    struct Answer {
        private(set) var chunks: [[Row]] = []
        fileprivate private(set) var count = 0
        fileprivate let max: Int

        fileprivate init(max: Int) { self.max = max }

        /// Takes further rows; drops all where they are too many.
        mutating func append(_ rows: [Row]) {
            count += rows.count
            if count <= max { chunks.append(rows) } else { chunks = [] }
        }
    }

    private let max: Int
    private var count = 0
    private var answers: [Question: [[Row]]] = [:]

    init(max: Int) { self.max = max }

    /// The chunks of rows that were kept for a question.
    func answer(to question: Question) -> [[Row]]? { answers[question] }

    /// An answer that can still be kept.
    var newAnswer: Answer { Answer(max: max - count) }

    /// Keeps an answer that is not too large.
    func keep(_ answer: Answer, to question: Question) {
        guard answer.count <= answer.max else { return }
        answers[question] = answer.chunks
        count += answer.count
    }
}

/// Which cells of which series somebody asks for.
private struct CellQuestion: Hashable {
    let series: CellSeries
    var reach: CellReach
}

/// Cells by what was asked for, as long as they are not too many.
private final class RememberedCells {
    typealias Answer<Cell> = [(key: CellKey, bucket: Int64, cell: Cell)]

    private let max: Int
    private var count = 0
    /// Each an `Answer` of its series' cells.
    private var answers: [CellQuestion: Any] = [:]

    init(max: Int) { self.max = max }

    /// The cells that were kept for a question.
    func answer<Cell>(to question: CellQuestion) -> Answer<Cell>? {
        var whole = question
        whole.reach.needsSketches = true
        return (answers[question] ?? answers[whole]) as? Answer<Cell>
    }

    /// Whether so many further cells can be kept.
    func hasRoom(for count: Int) -> Bool { self.count + count <= max }

    func keep<Cell>(_ answer: Answer<Cell>, to question: CellQuestion) {
        answers[question] = answer
        count += answer.count
    }
}
