import AgentEvents
import GRDB

/// The paths of all sources by id: events of equal time count in the order of their paths.
enum SourcePaths {
    static func load(_ db: Database) throws -> [UInt32: String] {
        var paths: [UInt32: String] = [:]
        let rows = try Row.fetchCursor(db, sql: "SELECT id, path FROM sources")
        while let row = try rows.next() { paths[row[0]] = row[1] }
        return paths
    }
}

extension AgentEvent {
    /// The order in which events of one request count: by time, then source path, then offset.
    func precedes(_ other: AgentEvent, sourcePaths: [UInt32: String]) -> Bool {
        if timestamp != other.timestamp { return timestamp < other.timestamp }
        if source != other.source {
            let (own, others) = (sourcePaths[source], sourcePaths[other.source])
            if let own, let others, own != others { return own < others }
            return source < other.source
        }
        return offset < other.offset
    }
}
