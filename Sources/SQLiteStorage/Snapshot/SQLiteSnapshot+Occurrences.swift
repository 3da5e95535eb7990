import AgentEvents
import EventStorage
import GRDB

/// What happened beside calls.
extension SQLiteSnapshot {
    func occurrences(in window: TimeWindow, limit: Int) throws -> [Occurrence] {
        try deployments(in: window, limit: limit) + starts(in: window, limit: limit)
    }

    private func deployments(in window: TimeWindow, limit: Int) throws -> [Occurrence] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT e.timestamp, a.name, e.attributes
                FROM other_events e
                CROSS JOIN origins o ON o.id = e.origin LEFT JOIN names a ON a.id = o.agent
                WHERE e.kind = \(EventKind.generic.rawValue)
                    AND e.subject = (SELECT id FROM names WHERE kind = ? AND name = ?)
                    AND e.timestamp >= ? AND e.timestamp < ?
                ORDER BY e.timestamp DESC LIMIT ?
                """,
            arguments: [
                NameKind.event.rawValue, Occurrence.deployment, window.since.micros,
                window.until.micros, limit,
            ]
        )
        return try rows.map { row in
            Occurrence(
                .deployment,
                at: Timestamp(micros: try row.value(0)),
                agent: try row.value(1),
                attributes: try row.value(2)
            )
        }
    }

    private func starts(in window: TimeWindow, limit: Int) throws -> [Occurrence] {
        let moments = try Int64.fetchAll(
            db,
            sql: """
                SELECT at FROM follower_starts WHERE at >= ? AND at < ? ORDER BY at DESC LIMIT ?
                """,
            arguments: [window.since.micros, window.until.micros, limit]
        )
        return moments.map { Occurrence(.followerStart, at: Timestamp(micros: $0)) }
    }
}
