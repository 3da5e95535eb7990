import AgentEvents
import EventStorage
import MetricsEngine
import Rollups

/// The conditions of a list of requests, with everything that a store knows about them looked up once.
struct RequestFilter {
    /// Each has to hold: the request's own name is one of some.
    private var named: [(dimension: Dimension, names: Set<NameIndex>)] = []
    private var outcomes: [Set<String?>] = []
    /// The keys of requests that have a call with the wanted values; `nil` where no call matters.
    private var callers: Set<Int64>?
    private var found: Found?

    /// What was searched for, wherever it was found.
    private struct Found {
        var keys: Set<Int64>
        var users: Set<NameIndex>
        var sessions: Set<NameIndex>
    }

    init(_ query: RequestQuery, _ view: any StoreView) throws {
        var calls = CallFilter()
        for filter in query.filters {
            func names(_ kind: NameKind) throws -> Set<NameIndex> {
                // A name that was never seen matches nothing.
                Set(
                    try filter.values.compactMap { name in
                        try name.map { try view.nameIndex(kind, $0) } ?? NameIndex.none
                    }
                )
            }
            switch filter.dimension {
            case .agent: named.append((.agent, try names(.agent)))
            case .user: named.append((.user, try names(.user)))
            case .session: named.append((.session, try names(.session)))
            case .model: calls.models = try names(.model)
            case .provider: calls.providers = try names(.provider)
            case .tool: calls.tools = try names(.tool)
            case .error:
                let classes = ErrorClass.allCases.filter { filter.values.contains($0.name) }
                calls.classes = Set(
                    classes.map(\.rawValue) + (filter.values.contains(nil) ? [0] : [])
                )
            case .outcome: outcomes.append(Set(filter.values))
            case .minute, .hour, .day: break
            }
        }
        if calls != CallFilter() { callers = try Self.callers(calls, query, view) }
        found = try query.search.map { try Self.find($0, query, view) }
    }

    /// A model or a provider, a tool, and an error may be those of different calls of a request.
    private static func callers(
        _ filter: CallFilter,
        _ query: RequestQuery,
        _ view: any StoreView
    ) throws -> Set<Int64> {
        var parts: [CallFilter] = []
        if filter.models != nil || filter.providers != nil {
            var part = CallFilter()
            (part.models, part.providers) = (filter.models, filter.providers)
            parts.append(part)
        }
        if let tools = filter.tools {
            var part = CallFilter()
            part.tools = tools
            parts.append(part)
        }
        if let classes = filter.classes {
            var part = CallFilter()
            part.classes = classes
            parts.append(part)
        }
        let sets = try parts.map {
            try view.requestKeys(ofCallsIn: query.window, passing: $0, errorWords: [])
        }
        return sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }  // one at least
    }

    private static func find(
        _ search: RequestSearch,
        _ query: RequestQuery,
        _ view: any StoreView
    ) throws -> Found {
        let failing = try view.requestKeys(
            ofCallsIn: query.window,
            passing: CallFilter(),
            errorWords: search.words
        )
        return Found(
            keys: failing.union(try view.requestKeys(containing: search.words)),
            users: try view.names(.user, containing: search.words),
            sessions: try view.names(.session, containing: search.words)
        )
    }

    func passes(_ entry: RequestList.Entry) -> Bool {
        let row = entry.row
        return named.allSatisfy { dimension, names in
            switch dimension {
            case .agent: names.contains(row.agent)
            case .user: names.contains(row.user)
            default: names.contains(row.session)
            }
        } && outcomes.allSatisfy { $0.contains(entry.status.outcome.name) }
            && (callers?.contains(row.key) ?? true) && (found.map { Self.has($0, row) } ?? true)
    }

    private static func has(_ found: Found, _ row: RequestRow) -> Bool {
        found.keys.contains(row.key) || found.users.contains(row.user)
            || found.sessions.contains(row.session)
    }
}
