package import AgentEvents
import EventStorage
import Foundation
import GRDB
import Rollups

extension SQLiteSnapshot {
    func request(_ id: String) throws -> RequestDetail? {
        guard let found = try RequestLookup.find(id, db) else { return nil }
        return try RequestLookup.detail(id, key: found.key, lastEvent: found.lastEvent, self)
    }

    func requestIDs(startingWith prefix: String, limit: Int) throws -> [String] {
        try String.fetchAll(
            db,
            sql: "SELECT request_id FROM request_ids WHERE request_id GLOB ? LIMIT ?",
            arguments: [prefix.globEscaped + "*", limit]
        )
    }

    func forEachReject(
        source: String?,
        limit: Int,
        _ body: (RejectedLine) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT s.path, s.generation, r.line_offset, r.reason, r.line, r.length
                FROM rejects r JOIN sources s ON s.id = r.source
                WHERE ?1 IS NULL OR s.path = ?1 ORDER BY r.id DESC LIMIT ?2
                """,
            arguments: [source, limit]
        )
        while let row = try rows.next() { try body(try RejectedLine(row)) }
    }

    func status(now: Timestamp) throws -> StoreStatus {
        let sources = try SourceReading.all(now: now, db)
        let counts = try StoreCounts.load(db)
        var status = StoreStatus(
            events: counts.events,
            requests: counts.requests,
            rejected: sources.reduce(0) { $0 + $1.ledger.rejected },
            newestEvent: try newestEvent(),
            sources: sources,
            bytes: file.bytes,
            walBytes: file.logBytes,
            diskFree: file.freeBytes,
            engineVersion: try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "unknown"
        )
        status.follower = try FollowerRow.load(db)
        status.follower?.holdsLock = ProcessLock.isHeld(.following, file)
        status.horizon = try horizon()
        status.outbox = try receiverCounts()
        return status
    }

    func thresholds() throws -> [ThresholdRow] { try ThresholdRow.load(db) }

    func receivers() throws -> [ReceiverConfiguration] { try ReceiverTable.load(db) }
}

extension SQLiteStore {
    package func positions() throws -> [SourcePosition] {
        try Self.mappingErrors(path) { try reader.read(SourceReading.positions) }
    }

    package func foreignChanges() throws -> Int64 {
        try Self.mappingErrors(path) {
            // The statement always gives a row.
            try reader.read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
        }
    }
}

/// Finds a request id and everything stored under it.
private enum RequestLookup {
    static func find(_ id: String, _ db: Database) throws -> (key: Int64, lastEvent: Int64)? {
        let bytes = Array(id.utf8)
        let hash = bytes.withUnsafeBytes { SipHash.hash($0) }
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT i.id, i.last_event FROM request_hashes h JOIN request_ids i ON i.id = h.request
                WHERE h.hash = ? AND i.request_id = ?
                """,
            arguments: [RequestKeys.stored(hash), id]
        )
        let found =
            try row
            ?? Row.fetchOne(
                db,
                sql: "SELECT id, last_event FROM request_ids WHERE id > ? AND request_id = ?",
                arguments: [RequestIndexes.through(db), id]
            )
        return try found.map { (try $0.value(0), try $0.value(1)) }
    }

    static func detail(
        _ id: String,
        key: Int64,
        lastEvent: Int64,
        _ snapshot: SQLiteSnapshot
    ) throws -> RequestDetail {
        let since = try snapshot.endsTasksSince()
        let found = try events(key: key, lastEvent: lastEvent, snapshot)
        let requests = try found.rows.map { row in
            var view = RequestView(row: row)
            view.agent = try snapshot.name(row.agent)
            view.user = try snapshot.name(row.user)
            view.session = try snapshot.name(row.session)
            view.endsTasksSince = since[row.agent]
            return view
        }
        let events = try found.events.map { stored, part in
            var detail = EventDetail(
                event: stored.event,
                sourcePath: found.paths[stored.event.source] ?? "?"  // shown as unknown
            )
            detail.part = part
            try fill(&detail, stored: stored, from: snapshot)
            return detail
        }
        var detail = RequestDetail(
            requestID: id,
            requests: requests,
            events: events,
            settings: snapshot.settings
        )
        detail.omitted = found.omitted
        return detail
    }

    /// What is shown of a request id.
    private struct Found {
        var rows: [RequestRow]
        /// Each with the part it belongs to; `nil` for an orphan.
        var events: [(StoredEvent, part: Int?)]
        var paths: SourcePaths
        var omitted: OmittedEvents?
    }

    private static func events(
        key: Int64,
        lastEvent: Int64,
        _ snapshot: SQLiteSnapshot
    ) throws -> Found {
        let db = snapshot.db
        if let longRequest = try LongRequestTable.longRequest(key, db) {
            return try ends(key: key, lastEvent: lastEvent, longRequest, db)
        }
        var stored = try EventChain.load(endingAt: lastEvent, db)
        let paths = try SourcePaths.of(stored, db)
        stored.sort { $0.event.precedes($1.event, sourcePaths: paths) }
        let folded = RequestFold.fold(stored.map(\.event), settings: snapshot.settings)
        var events = zip(stored, folded.owners).map { ($0, part: $1 < 0 ? nil : $1) }
        let shown = LongRequestTable.shownEvents
        let excess = events.count - 2 * shown
        if excess > 0 { events.removeSubrange(shown..<shown + excess) }
        return Found(
            rows: folded.requests,
            events: events,
            paths: paths,
            omitted: excess > 0 ? OmittedEvents(after: shown, count: Int64(excess)) : nil
        )
    }

    /// The first and the last events of an id that has too many to fold.
    private static func ends(
        key: Int64,
        lastEvent: Int64,
        _ longRequest: LongRequestTable.LongRequest,
        _ db: Database
    ) throws -> Found {
        let shown = LongRequestTable.shownEvents
        let rows = try RequestRowReader.ends(of: key, max: Int64(shown), db)
        var early = try EventChain.load(endingAt: longRequest.earlyEnd, max: shown, db).events
        var late = try EventChain.load(endingAt: lastEvent, max: shown, db).events
        let paths = try SourcePaths.of(early + late, db)
        early.sort { $0.event.precedes($1.event, sourcePaths: paths) }
        late.sort { $0.event.precedes($1.event, sourcePaths: paths) }
        let events = (early + late).map { stored in
            let row = rows.last { $0.begunAt <= stored.event.timestamp } ?? rows.first
            return (stored, part: row.map { Int($0.part) })
        }
        return Found(
            rows: rows,
            events: events,
            paths: paths,
            omitted: OmittedEvents(
                after: early.count,
                count: longRequest.events - Int64(early.count + late.count)
            )
        )
    }

    private static func fill(
        _ detail: inout EventDetail,
        stored: StoredEvent,
        from snapshot: SQLiteSnapshot
    ) throws {
        let event = stored.event
        detail.subject = try snapshot.name(event.subject)
        detail.provider = try snapshot.name(event.provider)
        detail.agent = try snapshot.name(event.agent)
        detail.errorText = try snapshot.name(event.errorText)
        detail.stopReason = try snapshot.name(event.stopReason)
        detail.eventID = stored.eventID
        let find = try snapshot.db.cachedStatement(
            sql: "SELECT parent_id, attributes FROM \(EventTable(event.kind).name) WHERE id = ?"
        )
        let row = try Row.fetchOne(find, arguments: [stored.id])
        detail.parentID = try row?.value(0)
        detail.attributes = try row?.value(1)
    }
}

extension RejectedLine {
    fileprivate init(_ row: Row) throws {
        let line: Data = try row.value(4)
        let reason: String = try row.value(3)
        self.init(
            sourcePath: try row.value(0),
            generation: try row.value(1),
            rejection: LineRejection(
                offset: try row.value(2),
                reason: RejectionReason(rawValue: reason) ?? .invalidJSON,  // of a newer version
                bytes: Array(line),
                length: try row.value(5)
            )
        )
    }
}

extension String {
    /// The text with GLOB's special characters taken literally.
    fileprivate var globEscaped: String {
        map { "*?[".contains($0) ? "[\($0)]" : String($0) }.joined()
    }
}
