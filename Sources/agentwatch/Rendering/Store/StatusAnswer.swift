import AgentEvents
import EventStorage

/// What `status` found.
struct StatusAnswer {
    var path: String
    var status: StoreStatus
    /// How many rules are stored.
    var rules: Int
    var sources: [SourceState]
    var now: Timestamp

    /// `status --json`.
    var json: JSONValue {
        .object([
            ("events", .integer(status.events)),
            ("requests", .integer(status.requests)),
            ("rejected", .integer(status.rejected)),
            ("newest_event", .time(status.newestEvent)),
            ("sources", .array(sources.map(SourceJSON.value))),
            ("store", store),
            ("disk_free", status.diskFree.map(JSONValue.integer) ?? .null),
            ("rules", .integer(Int64(rules))),
            ("follower", status.follower.map(follower) ?? .null),
        ])
    }

    private var store: JSONValue {
        .object([
            ("path", .string(path)),
            ("bytes", .integer(status.bytes)),
            ("wal_bytes", .integer(status.walBytes)),
            ("sqlite_version", .string(status.engineVersion)),
        ])
    }

    private func follower(_ heartbeat: FollowerHeartbeat) -> JSONValue {
        .object([
            ("pid", .integer(Int64(heartbeat.pid))),
            ("started_at", .time(heartbeat.startedAt)),
            ("looked_at", .time(heartbeat.lookedAt)),
            ("alive", .bool(heartbeat.isAlive(now: now))),
        ])
    }
}

extension FollowerHeartbeat {
    /// A follower that has not looked at its files for so long seems to be dead, in microseconds.
    private static let longestSilence = 10 * Micros.second

    /// Whether it gave a sign of life lately.
    func isAlive(now: Timestamp) -> Bool { now.micros - lookedAt.micros <= Self.longestSilence }
}
