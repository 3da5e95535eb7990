import AgentEvents
import EventStorage
import GRDB

/// Where in time all rows of one read transaction lie, read once.
final class ReadSpans {
    private var spans: [ZoneMap: TimeWindow] = [:]

    /// Whether no row lies outside of a window: then there is no need to look at the time of each.
    func holdsAll(_ window: TimeWindow, _ map: ZoneMap, _ db: Database) throws -> Bool {
        let span = try span(map, db)
        return window.since <= span.since && span.until <= window.until
    }

    private func span(_ map: ZoneMap, _ db: Database) throws -> TimeWindow {
        if let span = spans[map] { return span }
        let span = try map.span(db)
        spans[map] = span
        return span
    }
}
