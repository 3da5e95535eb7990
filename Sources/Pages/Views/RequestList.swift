import AgentEvents
import EventStorage
import MetricsEngine
import Presentation
import Rollups

/// The requests of a window that pass its filters, in an order, one page of them.
struct RequestList: Sendable {
    /// What the list is narrowed to.
    enum Choice: String, Sendable, CaseIterable {
        case all
        case failed
        case slow
        case expensive
        case looping
        case escalated
        case retried
        case open
    }

    /// The order of the list, the largest first.
    enum Order: String, Sendable, CaseIterable {
        case newest
        case latency
        case cost
        case tokens
        case calls
    }

    /// A request as it is now.
    struct Entry: Sendable {
        var row: RequestRow
        var status: RequestStatus
    }

    static let pageSize = 50
    /// The latency above which a request counts as slow, as in `slow_request_rate`.
    private static let slowMicros = 10 * Micros.second
    /// The cost above which a request counts as expensive, as in the default rule, in nano-dollars.
    private static let expensiveNanos: Int64 = 500_000_000
    /// The number of requests that are sorted; further ones can only be reached by filters.
    private static let maxKept = 2_000

    let choice: Choice
    let order: Order
    /// The entries of the shown page.
    private(set) var entries: [Entry] = []
    /// Whether there is a further page.
    private(set) var hasMore = false

    init(_ request: PageRequest, _ snapshot: any StoreSnapshot) throws {
        let choice = request.value("show").flatMap(Choice.init(rawValue:)) ?? .all
        self.choice = choice
        order =
            request.value("sort").flatMap(Order.init(rawValue:))
            ?? (choice == .slow ? .latency : choice == .expensive ? .cost : .newest)
        let order = order
        let filters = try request.filters.map { try NamedFilter($0, snapshot) }
        let ends = try snapshot.endsTasksSince()
        let listed = ListedRequests(in: request.window, at: request.now, snapshot.settings)
        let wanted = min(request.number * Self.pageSize, Self.maxKept) + 1
        var kept: [Entry] = []
        let collect = { (row: RequestRow) in
            let status = row.status(
                at: request.now,
                endsTasksSince: ends[row.agent],
                settings: snapshot.settings
            )
            let entry = Entry(row: row, status: status)
            guard listed.contains(status), Self.matches(entry, choice),
                filters.allSatisfy({ $0.passes(entry) })
            else { return }
            kept.append(entry)
            // Sorted seldom, so that a long list stays cheap.
            if kept.count > 2 * wanted + 4_096 {
                kept = Self.best(kept, wanted, by: order)
            }
        }
        try scan(listed.ended, from: snapshot, until: { kept.count >= wanted }, collect)
        kept = Self.best(kept, wanted, by: order)
        let shown = request.number * Self.pageSize
        hasMore = kept.count > shown && shown < Self.maxKept
        entries = Array(kept.dropFirst((request.number - 1) * Self.pageSize).prefix(Self.pageSize))
    }

    private static func best(_ entries: [Entry], _ count: Int, by order: Order) -> [Entry] {
        Array(entries.sorted { precedes($0, $1, by: order) }.prefix(count))
    }

    private static func precedes(_ left: Entry, _ right: Entry, by order: Order) -> Bool {
        let (one, other) = (size(left, order), size(right, order))
        if one != other { return one > other }
        return (left.row.endedAt, left.row.key, left.row.part)
            > (right.row.endedAt, right.row.key, right.row.part)
    }

    /// Unknown is less than everything.
    private static func size(_ entry: Entry, _ order: Order) -> Int64 {
        switch order {
        case .newest: entry.row.endedAt.micros
        case .latency: entry.status.latency ?? -1
        case .cost: entry.row.cost.value ?? -1
        case .tokens: entry.row.tokens ?? -1
        case .calls: entry.row.llmCalls + entry.row.toolCalls
        }
    }

    private static func matches(_ entry: Entry, _ choice: Choice) -> Bool {
        switch choice {
        case .all: true
        case .failed: entry.status.failed
        // Unknown is neither slow nor expensive.
        case .slow: entry.status.latency.map { $0 > slowMicros } ?? false
        case .expensive: entry.row.cost.value.map { $0 > expensiveNanos } ?? false
        case .looping: entry.row.isLooping
        case .escalated: entry.status.escalated
        case .retried: entry.row.retryEvents > 0
        case .open: entry.status.outcome == .open
        }
    }

    /// Goes through the requests that may be in the window, the newest stretch first where the
    /// order allows to stop early.
    private func scan(
        _ ended: TimeWindow,
        from snapshot: any StoreSnapshot,
        until isEnough: () -> Bool,
        _ body: (RequestRow) -> Void
    ) throws {
        let floor = max(ended.since, .earliestAccepted)
        var until = ended.until
        var length = order == .newest ? Micros.hour : until.micros - floor.micros
        while until > floor {
            let since = max(until - max(length, 1), floor)
            let window = TimeWindow(since: since, until: until)
            try snapshot.forEachRequest(endedIn: window, of: .all) { rows in
                for row in rows { body(row) }
            }
            if order == .newest, isEnough() { return }
            (until, length) = (since, length * 4)
        }
    }
}

/// A condition of a page on requests, with its names looked up once.
private struct NamedFilter {
    var dimension: Dimension
    var names: Set<NameIndex> = []
    var outcomes: Set<String?> = []

    init(_ filter: MetricFilter, _ snapshot: any StoreSnapshot) throws {
        dimension = filter.dimension
        if dimension == .outcome {
            outcomes = Set(filter.values)
            return
        }
        let kind: NameKind =
            dimension == .agent ? .agent : dimension == .user ? .user : .session
        for value in filter.values {
            // A name that was never seen matches nothing.
            let index = try value.map { try snapshot.nameIndex(kind, $0) } ?? NameIndex.none
            if let index { names.insert(index) }
        }
    }

    func passes(_ entry: RequestList.Entry) -> Bool {
        switch dimension {
        case .agent: names.contains(entry.row.agent)
        case .user: names.contains(entry.row.user)
        case .session: names.contains(entry.row.session)
        default: outcomes.contains(entry.status.outcome.name)
        }
    }
}
