import GRDB
import Rollups

/// Reads the table `settings`, leaving unknown names to newer versions.
enum StoredSettings {
    static func load(_ db: Database) throws -> RequestSettings {
        var settings = RequestSettings()
        let rows = try Row.fetchCursor(db, sql: "SELECT name, value FROM settings")
        while let row = try rows.next() {
            let name: String = try row.value(0)
            let value: Int64 = try row.value(1)
            switch name {
            case "idle_timeout": settings.idleTimeout = value
            case "unfinished_after": settings.unfinishedAfter = value
            case "request_gap": settings.requestGap = value
            case "reopen_within": settings.reopenWithin = value
            case "loop_limit": settings.loopLimit = value
            default: break
            }
        }
        return settings
    }
}
