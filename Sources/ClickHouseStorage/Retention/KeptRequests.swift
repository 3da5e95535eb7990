import AgentEvents
import EventStorage
import Rollups

/// The request ids that have a request which closed at a horizon or later: all of their events are kept, also the
/// earlier ones.
struct KeptRequests {
    /// Of each day before the horizon, the hashes of those that have events there.
    private(set) var hashes: [Int64: Set<UInt64>] = [:]

    init(_ connection: ServerConnection, before horizon: Timestamp) throws {
        let kept = Array(try Self.closed(from: horizon, connection))
        let minute = BucketWidth.minute.bucket(holding: horizon)
        for start in stride(from: 0, to: kept.count, by: Self.maxAtOnce) {
            let part = kept[start..<min(start + Self.maxAtOnce, kept.count)]
            let found: [(day: Int64, hash: UInt64)] = try connection.all(
                """
                SELECT DISTINCT toInt64(intDiv(minute, 1440)), request_hash FROM request_ids
                WHERE minute < \(minute) AND request_hash IN (\(ServerText.numbers(Array(part))))
                """,
                operation: "looking which requests stay"
            ) { (try $0.integer(), try $0.integer()) }
            for (day, hash) in found { hashes[day, default: []].insert(hash) }
        }
    }

    /// A statement with more than these would be too long for a server as it comes.
    private static let maxAtOnce = 16_000

    /// Those that may have events from before it.
    private static func closed(
        from horizon: Timestamp,
        _ connection: ServerConnection
    ) throws -> Set<UInt64> {
        let snapshot = try ClickHouseSnapshot(connection, local: nil)
        let clock = RequestClock(
            endsTasksSince: try snapshot.endsTasksSince(),
            settings: snapshot.settings
        )
        let minute = BucketWidth.minute.bucket(holding: horizon)
        var kept: Set<UInt64> = []
        // Events that are no calls may lie before the beginning of their request.
        try RequestRowReader(connection: connection, names: snapshot.names).run(
            """
            ended_at >= \((horizon - snapshot.settings.maxWait).micros)
                AND (begun_at < \(horizon.micros) OR part > 0 OR request_hash GLOBAL IN (
                    SELECT request_hash FROM rare_events
                    WHERE minute < \(minute) AND kind IN (4, 6, 7) AND request_hash != 0))
            """
        ) { rows in
            for row in rows where clock.status(of: row).closedAt >= horizon {
                kept.insert(UInt64(bitPattern: row.key))
            }
        }
        return kept
    }
}
