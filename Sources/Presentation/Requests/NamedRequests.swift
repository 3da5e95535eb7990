import AgentEvents
package import EventStorage
import Rollups

/// The entries of a list with their ids and names.
package struct NamedRequests: Sendable {
    /// An entry with what it is called.
    package struct Entry: Sendable {
        package var request: RequestList.Entry
        package var id: String?
        package var agent: String?
        package var user: String?
        package var session: String?
    }

    package private(set) var entries: [Entry] = []

    /// - Throws: what the store throws.
    package init(_ list: RequestList, _ view: any StoreView) throws {
        var names: [NameIndex: String] = [:]
        func name(_ index: NameIndex) throws -> String? {
            if let known = names[index] { return known }
            names[index] = try view.name(index)
            return names[index]
        }
        for request in list.entries {
            let row = request.row
            entries.append(
                Entry(
                    request: request,
                    id: try view.requestID(row.key),
                    agent: try name(row.agent),
                    user: try name(row.user),
                    session: try name(row.session)
                )
            )
        }
    }

    /// Each as `request --json` has it, without calls.
    package var json: [JSONValue] {
        entries.map { entry in
            RequestJSON.summary(
                id: entry.id,
                entry.request.row,
                entry.request.status,
                agent: entry.agent,
                user: entry.user,
                session: entry.session
            )
        }
    }
}
