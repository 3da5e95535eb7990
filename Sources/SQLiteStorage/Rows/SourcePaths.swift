import AgentEvents
import GRDB

/// The paths of sources by id: events of equal time count in the order of their paths.
///
/// Holds those that were asked for, not all: there may be ten thousand.
struct SourcePaths: Sendable {
    private var byID: [UInt32: String] = [:]
    /// The number of paths above which the cache is emptied.
    private static let maxPaths = 100_000

    subscript(id: UInt32) -> String? { byID[id] }

    /// Notes a path that is known anyway.
    mutating func note(_ path: String, of id: UInt32) {
        if byID.count > Self.maxPaths { byID = [:] }
        byID[id] = path
    }

    /// Looks up the paths of some events that are not known yet.
    mutating func learn(_ events: [StoredEvent], _ db: Database) throws {
        for event in events where byID[event.event.source] == nil {
            let find = try db.cachedStatement(sql: "SELECT path FROM sources WHERE id = ?")
            byID[event.event.source] = try String.fetchOne(find, arguments: [event.event.source])
        }
    }

    /// The paths of some events.
    static func of(_ events: [StoredEvent], _ db: Database) throws -> SourcePaths {
        var paths = SourcePaths()
        try paths.learn(events, db)
        return paths
    }
}

extension AgentEvent {
    /// The order in which events of one request count: by time, then source path, then offset.
    func precedes(_ other: AgentEvent, sourcePaths: SourcePaths) -> Bool {
        if timestamp != other.timestamp { return timestamp < other.timestamp }
        if source != other.source {
            let (own, others) = (sourcePaths[source], sourcePaths[other.source])
            if let own, let others, own != others { return own < others }
            return source < other.source
        }
        return offset < other.offset
    }
}
