package import AgentEvents
package import EventStorage

/// What `status` found.
package struct StatusAnswer {
    package var path: String
    package var status: StoreStatus
    /// How many rules are stored.
    package var rules: Int
    package var sources: [SourceState]
    package var now: Timestamp

    package init(
        path: String,
        status: StoreStatus,
        rules: Int,
        sources: [SourceState],
        now: Timestamp
    ) {
        self.path = path
        self.status = status
        self.rules = rules
        self.sources = sources
        self.now = now
    }

    /// `status --json`.
    package var json: JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("events", .integer(status.events)),
            ("requests", .integer(status.requests)),
            ("rejected", .integer(status.rejected)),
            ("newest_event", .time(status.newestEvent)),
            ("sources", .array(sources.map(SourceJSON.value))),
            ("store", store),
            ("disk_free", status.diskFree.map(JSONValue.integer) ?? .null),
            ("rules", .integer(Int64(rules))),
            ("follower", status.follower.map(follower) ?? .null),
            ("receivers", OutboxSummary(status.outbox, now: now).json),
        ]
        if status.horizon != .none {
            members.append(("pruned_before", .time(status.horizon.rows)))
        }
        return .object(members)
    }

    private var store: JSONValue {
        [
            "path": .string(path),
            "bytes": .integer(status.bytes),
            "wal_bytes": .integer(status.walBytes),
            "\(status.engine.lowercased())_version": .string(status.engineVersion),
        ]
    }

    private func follower(_ heartbeat: FollowerHeartbeat) -> JSONValue {
        [
            "pid": .integer(Int64(heartbeat.pid)),
            "started_at": .time(heartbeat.startedAt),
            "looked_at": .time(heartbeat.lookedAt),
            "alive": .bool(heartbeat.isAlive(now: now)),
        ]
    }
}

extension FollowerHeartbeat {
    /// The time after its last poll at which a follower counts as dead, in microseconds.
    private static let maxSilence = 10 * Micros.second

    /// Whether it lives: it holds its lock, or, where that is not known, gave a sign of life
    /// lately.
    package func isAlive(now: Timestamp) -> Bool {
        holdsLock ?? (now.micros - lookedAt.micros <= Self.maxSilence)
    }
}
