import AgentEvents
import EventStorage
import HTTPTypes
import MetricsEngine
import Presentation
import Rollups

/// The requests of a window, as `ListedRequests` has them, filtered, sorted, a page of them.
struct RequestListing: Sendable {
    private let now: Timestamp
    private let window: TimeWindow
    private let filters: [MetricFilter]
    private let sort: String
    private let page: Int
    private let limit: Int

    static let sorts = ["newest", "oldest", "latency", "cost", "tokens"]
    /// What a request itself has; a model or a tool belongs to its calls.
    private static let carried = MetricLevel.request.filters
    /// Rows that are kept to sort them: what lies behind is reached with another window.
    private static let deepest = 10_000

    static let parameters =
        [.since, .until, .now, .zone, .conditions]
        + Parameter.dimensions.filter { carried.map(\.rawValue).contains($0.name) } + [
            Parameter("sort", .choice(sorts), "What comes first (default: newest)."),
            Parameter("page", .integer(1...1_000), "Which page, from 1."),
            Parameter("limit", .integer(1...200), "Requests on a page (default: 50)."),
        ]

    init(_ items: QueryItems, clock: Timestamp) throws {
        let parameters = try items.parameters()
        now = parameters.evaluationTime(clock: clock)
        window = try parameters.window(now: now)
        filters = try parameters.filters
        sort = items.first("sort") ?? Self.sorts[0]
        page = items.integer("page") ?? 1
        limit = items.integer("limit") ?? 50
        for filter in filters where !Self.carried.contains(filter.dimension) {
            let known = Self.carried.map(\.rawValue).joined(separator: ", ")
            throw Problem(
                .badRequest,
                "Requests can be filtered by \(known), not by \(filter.dimension.rawValue)."
            )
        }
        guard page * limit <= Self.deepest else {
            throw Problem(.badRequest, "Only the first \(Self.deepest) can be paged through.")
        }
    }

    private struct Found {
        var row: RequestRow
        var status: RequestStatus
        var rank: Int64
    }

    /// Linear in the requests of the window.
    func answer(from store: any EventStore) throws -> JSONValue {
        let (rows, total, names, ids) = try store.read { snapshot in
            let (found, total) = try found(in: snapshot)
            let shown = found.dropFirst((page - 1) * limit).prefix(limit)
            var ids: [Int64: String] = [:]
            for key in shown.map(\.row.key) { ids[key] = try snapshot.requestID(key) }
            return (Array(shown), total, try self.names(of: shown, snapshot), ids)
        }
        let requests = rows.map { found in
            RequestJSON.summary(
                id: ids[found.row.key],
                found.row,
                found.status,
                agent: names[found.row.agent],
                user: names[found.row.user],
                session: names[found.row.session]
            )
        }
        return [
            "since": window.since == .distantPast ? .null : .time(window.since),
            "until": .time(window.until),
            "now": .time(now),
            "total": .integer(Int64(total)),
            "page": .integer(Int64(page)),
            "limit": .integer(Int64(limit)),
            "requests": .array(requests),
        ]
    }

    private func found(in snapshot: any StoreSnapshot) throws -> (found: [Found], total: Int) {
        let wanted = try Wanted(filters, snapshot)
        let endsTasks = try snapshot.endsTasksSince()
        let listed = ListedRequests(in: window, at: now, snapshot.settings)
        let needed = page * limit
        var kept: [Found] = []
        var total = 0
        try snapshot.forEachRequest(endedIn: listed.ended, of: .all) { rows in
            for row in rows {
                let status = row.status(
                    at: now,
                    endsTasksSince: endsTasks[row.agent],
                    settings: snapshot.settings
                )
                guard listed.contains(status), wanted.passes(row, status) else { continue }
                total += 1
                kept.append(Found(row: row, status: status, rank: rank(row, status)))
            }
            if kept.count >= 4 * needed + 4_096 { Self.cut(&kept, to: needed) }
        }
        Self.cut(&kept, to: needed)
        return (kept, total)
    }

    private static func cut(_ found: inout [Found], to count: Int) {
        found.sort { ($0.rank, $0.row.key, $0.row.part) > ($1.rank, $1.row.key, $1.row.part) }
        if found.count > count { found.removeLast(found.count - count) }
    }

    /// What is unknown comes last.
    private func rank(_ row: RequestRow, _ status: RequestStatus) -> Int64 {
        switch sort {
        case "oldest": -row.endedAt.micros
        case "latency": status.latency ?? .min
        case "cost": row.cost.value ?? .min
        case "tokens": row.tokens ?? .min
        default: row.endedAt.micros
        }
    }

    private func names(
        of found: some Sequence<Found>,
        _ snapshot: any StoreSnapshot
    ) throws -> [NameIndex: String] {
        var names: [NameIndex: String] = [:]
        for row in found.map(\.row) {
            for index in [row.agent, row.user, row.session] where names[index] == nil {
                names[index] = try snapshot.name(index)
            }
        }
        return names
    }

    /// The filters with the store's numbers for their values.
    private struct Wanted {
        private var named: [(Dimension, Set<NameIndex>)] = []
        private var outcomes: [[String?]] = []

        init(_ filters: [MetricFilter], _ snapshot: any StoreSnapshot) throws {
            for filter in filters {
                let kind: NameKind
                switch filter.dimension {
                case .agent: kind = .agent
                case .user: kind = .user
                case .session: kind = .session
                default:
                    outcomes.append(filter.values)
                    continue
                }
                var indices: Set<NameIndex> = []
                for value in filter.values {
                    guard let value else {
                        indices.insert(.none)
                        continue
                    }
                    if let index = try snapshot.nameIndex(kind, value) { indices.insert(index) }
                }
                named.append((filter.dimension, indices))
            }
        }

        func passes(_ row: RequestRow, _ status: RequestStatus) -> Bool {
            named.allSatisfy { dimension, indices in
                switch dimension {
                case .agent: indices.contains(row.agent)
                case .user: indices.contains(row.user)
                default: indices.contains(row.session)
                }
            } && outcomes.allSatisfy { $0.contains(status.outcome.name) }
        }
    }
}
