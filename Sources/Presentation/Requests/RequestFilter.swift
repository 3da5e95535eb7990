import AgentEvents
import EventStorage
import MetricsEngine
import Rollups

/// The conditions of a list of requests, with everything that a store knows about them looked up once.
struct RequestFilter {
    /// What the request itself has to have.
    private let own: CallFilter
    private let outcomes: [Set<String?>]
    /// The keys of requests that have a call with the wanted values; `nil` where no call matters.
    private var callers: RequestKeySet?
    private var found: Found?

    /// What was searched for, wherever it was found.
    private struct Found {
        var keys = RequestKeySet()
        var users: Set<NameIndex>
        var sessions: Set<NameIndex>
    }

    init(_ query: RequestQuery, _ view: any StoreView) throws {
        func filters(_ dimensions: [Dimension]) -> [MetricFilter] {
            query.filters.filter { dimensions.contains($0.dimension) }
        }
        own = try CallFilter(filters([.agent, .user, .session]), names: view)
        outcomes = filters([.outcome]).map { Set($0.values) }
        // A model or a provider, a tool, and an error may be those of different calls of a request.
        for part in [filters([.model, .provider]), filters([.tool]), filters([.error])] {
            guard !part.isEmpty else { continue }
            var keys = RequestKeySet()
            try view.addRequestKeys(
                ofCallsIn: query.window,
                passing: try CallFilter(part, names: view),
                errorWords: [],
                into: &keys
            )
            if let known = callers { keys.formIntersection(known) }
            callers = keys
        }
        found = try query.search.map { try Self.find($0, query, view) }
    }

    private static func find(
        _ search: RequestSearch,
        _ query: RequestQuery,
        _ view: any StoreView
    ) throws -> Found {
        var found = Found(
            users: try view.names(.user, containing: search.words),
            sessions: try view.names(.session, containing: search.words)
        )
        try view.addRequestKeys(containing: search.words, to: &found.keys)
        try view.addRequestKeys(
            ofCallsIn: query.window,
            passing: CallFilter(),
            errorWords: search.words,
            into: &found.keys
        )
        return found
    }

    func passes(_ entry: RequestList.Entry) -> Bool {
        let row = entry.row
        return own.agents?.contains(row.agent) ?? true && own.users?.contains(row.user) ?? true
            && own.sessions?.contains(row.session) ?? true
            && outcomes.allSatisfy { $0.contains(entry.status.outcome.name) }
            && callers?.contains(row.key) ?? true && found.map { Self.has($0, row) } ?? true
    }

    private static func has(_ found: Found, _ row: RequestRow) -> Bool {
        found.keys.contains(row.key) || found.users.contains(row.user)
            || found.sessions.contains(row.session)
    }
}
