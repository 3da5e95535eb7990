package import AgentEvents
package import EventStorage
import GRDB

extension SQLiteStore {
    /// Notes what was seen of sources without reading them; offsets stay.
    ///
    /// Looks first and writes only what changes, so that idle polls write nothing.
    package func noteSources(_ notes: [SourceNote], now: Timestamp) throws {
        let changed = try Self.mappingErrors(path) {
            try reader.read { db in try notes.filter { try NoteRow.changes($0, db) } }
        }
        guard !changed.isEmpty else { return }
        try write { db in
            for note in changed { try NoteRow.store(note, now: now, in: db) }
        }
    }

    /// Notes that a follower lives, or that it has stopped in good order.
    package func heartbeat(_ follower: FollowerHeartbeat?) throws {
        try write { try FollowerRow.store(follower, $0) }
    }
}

/// What a note says, in `sources`.
private enum NoteRow {
    private static let values = """
        device = ?3, inode = ?4, size = ?5, seen_at = ?6, identity = ?7, last_error = ?8,
        behind_since = ?9
        """
    private static let isThisSource = "path = ?1 AND generation = ?2"

    private static func arguments(_ note: SourceNote) -> StatementArguments {
        [
            note.path, note.generation, note.device, note.inode, note.size, note.seenAt,
            note.identity, note.error, note.behindSince?.micros,
        ]
    }

    static func changes(_ note: SourceNote, _ db: Database) throws -> Bool {
        let compare = try db.cachedStatement(
            sql: """
                SELECT (device, inode, size, seen_at, identity, last_error, behind_since)
                    IS NOT (?3, ?4, ?5, ?6, ?7, ?8, ?9) FROM sources WHERE \(isThisSource)
                """
        )
        // A source that is not stored yet is worth a row when it has something to show.
        return try Bool.fetchOne(compare, arguments: arguments(note))
            ?? (note.error != nil || note.size > 0)
    }

    static func store(_ note: SourceNote, now: Timestamp, in db: Database) throws {
        let update = try db.cachedStatement(
            sql: "UPDATE sources SET \(values) WHERE \(isThisSource)"
        )
        try update.execute(arguments: arguments(note))
        guard db.changesCount == 0 else { return }
        var position = SourcePosition(path: note.path)
        position.generation = note.generation
        _ = try SourceRows.add(position, now: now, in: db)
        try update.execute(arguments: arguments(note))
    }
}
