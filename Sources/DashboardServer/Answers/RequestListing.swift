import AgentEvents
import EventStorage
import HTTPTypes
import MetricsEngine
import Presentation

/// The requests of a window, as `ListedRequests` has them, filtered, sorted, a page of them.
struct RequestListing: Sendable {
    private let query: RequestQuery
    private let page: Int
    private let limit: Int

    static let parameters =
        Parameter.window + [
            Parameter(
                "show",
                .choice(RequestQuery.Choice.allCases.map(\.rawValue)),
                "Only such requests (default: all)."
            ),
            Parameter(
                "q",
                .text,
                "Only requests whose id, user, session or error texts contain all of these words."
            ),
            Parameter(
                "sort",
                .choice(RequestQuery.Order.allCases.map(\.rawValue)),
                "What comes first (default: newest)."
            ),
            Parameter("page", .integer(1...1_000), "Which page, from 1."),
            Parameter("limit", .integer(1...200), "Requests on a page (default: 50)."),
        ]

    init(_ items: QueryItems, clock: Timestamp) throws {
        let parameters = try items.parameters()
        let now = parameters.evaluationTime(clock: clock)
        query = RequestQuery(
            window: try parameters.window(now: now),
            now: now,
            filters: try parameters.requestFilters,
            choice: items.first("show").flatMap(RequestQuery.Choice.init(rawValue:)) ?? .all,
            order: items.first("sort").flatMap(RequestQuery.Order.init(rawValue:)),
            search: try items.first("q").map { try RequestSearch($0) }
        )
        page = items.integer("page") ?? 1
        limit = items.integer("limit") ?? 50
        guard page * limit <= RequestQuery.deepest else {
            throw Problem(
                .badRequest,
                "Only the first \(RequestQuery.deepest) can be paged through."
            )
        }
    }

    /// Linear in the requests of the window.
    func answer(from store: any EventStore) throws -> JSONValue {
        try store.read { try RequestListAnswer(query, page: page, limit: limit, from: $0).json }
    }
}
