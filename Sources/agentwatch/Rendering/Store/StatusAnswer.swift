import AgentEvents
import EventStorage

/// What `status` found.
struct StatusAnswer {
    var path: String
    var status: StoreStatus
    /// How many rules are stored.
    var rules: Int
    var sources: [SourceState]

    /// `status --json`.
    var json: JSONValue {
        .object([
            ("events", .integer(status.events)),
            ("requests", .integer(status.requests)),
            ("rejected", .integer(status.rejected)),
            ("newest_event", .time(status.newestEvent)),
            ("sources", .array(sources.map(Self.source))),
            ("store", store),
            ("disk_free", status.diskFree.map(JSONValue.integer) ?? .null),
            ("rules", .integer(Int64(rules))),
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

    private static func source(_ source: SourceState) -> JSONValue {
        let position = source.stored.position
        let ledger = source.stored.ledger
        return .object([
            ("path", .string(position.path)),
            ("size", .integer(source.sizeNow ?? position.size)),
            ("offset", .integer(position.offset)),
            ("lag_bytes", source.lag.map(JSONValue.integer) ?? .null),
            // Needs a follower, which knows when the oldest unread byte was written.
            ("lag_seconds", .null),
            ("last_read", .time(source.stored.lastRead)),
            ("identity", .string(position.identity)),
            ("error", .text(source.problem)),
            ("generation", .integer(position.generation)),
            ("lines", .integer(ledger.lines)),
            ("events", .integer(ledger.events)),
            ("duplicates", .integer(ledger.duplicates)),
            ("conflicting_duplicates", .integer(ledger.conflictingDuplicates)),
            ("rejected", .integer(ledger.rejected)),
            ("skipped", .integer(ledger.skipped)),
            ("joined", .integer(ledger.joined)),
            ("blank", .integer(ledger.blank)),
            ("field_errors", .integer(ledger.fieldErrors)),
            ("bytes", .integer(ledger.bytes)),
            ("field_errors_by_field", fields(source.stored.fieldErrors)),
        ])
    }

    private static func fields(_ counts: [String: Int64]) -> JSONValue {
        let sorted = counts.sorted { $0.key < $1.key }
        return .object(sorted.map { (key: $0.key, value: .integer($0.value)) })
    }
}
