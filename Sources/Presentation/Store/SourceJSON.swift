package import AgentEvents
import EventStorage

/// A source in JSON: how far it is read, and what became of its lines.
package enum SourceJSON {
    /// The object of `status --json`.
    package static func value(_ source: SourceState) -> JSONValue { .object(members(source)) }

    /// The object of `sources list --json`, which also has what identifies the file.
    package static func detailed(_ source: SourceState) -> JSONValue {
        let position = source.stored.position
        return .object(
            members(source) + [
                ("device", .integer(position.device)),
                ("inode", .integer(position.inode)),
                ("first_read", .time(source.stored.firstRead)),
                ("archive_size", position.archiveSize.map(JSONValue.integer) ?? .null),
            ]
        )
    }

    private static func members(_ source: SourceState) -> [(key: String, value: JSONValue)] {
        let position = source.stored.position
        return [
            ("path", .string(position.path)),
            ("size", .integer(source.size)),
            ("offset", .integer(position.offset)),
            ("lag_bytes", source.lag.map(JSONValue.integer) ?? .null),
            ("lag_seconds", source.waiting.map { .real(Double($0) / 1e6) } ?? .null),
            ("last_read", .time(source.stored.lastRead)),
            ("identity", .string(position.identity)),
            ("error", .text(source.problem)),
            ("generation", .integer(position.generation)),
            ("rate", .real(source.rate)),
            ("seen_at", .string(position.seenAt)),
            ("newest_event", .time(source.stored.newestEvent)),
        ] + counts(source.stored.ledger) + [
            ("field_errors_by_field", fields(source.stored.fieldErrors))
        ]
    }

    /// The counts of a ledger, but for those that are left out by name.
    package static func counts(
        _ ledger: SourceLedger,
        without left: Set<String> = []
    ) -> [(key: String, value: JSONValue)] {
        SourceLedger.counts.filter { !left.contains($0.name) }.map { name, path in
            (name, .integer(ledger[keyPath: path]))
        }
    }

    private static func fields(_ counts: [String: Int64]) -> JSONValue {
        let sorted = counts.sorted { $0.key < $1.key }
        return .object(sorted.map { (key: $0.key, value: .integer($0.value)) })
    }
}
