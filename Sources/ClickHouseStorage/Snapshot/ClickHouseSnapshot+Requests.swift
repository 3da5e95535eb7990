import AgentEvents
import EventStorage
import Rollups

/// Looks up what is stored under request ids.
extension ClickHouseSnapshot {
    /// How many events of an id are folded at most, and how many of a longer one are shown at each end.
    private static let maxFoldedEvents = 10_000
    private static let shownEvents = 1_000

    func requestID(_ key: Int64) throws -> String? {
        let ids: [String] = try connection.all(
            """
            SELECT request_id FROM request_ids
            WHERE request_hash = \(UInt64(bitPattern: key)) ORDER BY request_id LIMIT 1
            """,
            operation: "reading request ids"
        ) { try $0.string() }
        return ids.first
    }

    func events(ofRequestKey key: Int64) throws -> [AgentEvent]? {
        guard let condition = try condition(ofRequestKey: key) else { return [] }
        guard try count(condition) <= Self.maxFoldedEvents else { return nil }
        return try EventRowReader(connection: connection, names: names).events(condition)
            .map(\.event)
    }

    private func count(_ condition: String) throws -> Int64 {
        try connection.number(
            "SELECT toInt64(count()) FROM events FINAL WHERE removed = 0 AND \(condition)",
            operation: "counting events"
        )
    }

    /// Where the rows of a request id are; `nil` where it is not stored.
    ///
    /// `id`: tells it from others with the same hash.
    private func condition(ofRequestKey key: Int64, id: String? = nil) throws -> String? {
        let hash = "request_hash = \(UInt64(bitPattern: key))"
        let text = id.map { " AND request_id = \(ServerText.literal($0))" } ?? ""  // any will do
        let minutes: [UInt32] = try connection.all(
            "SELECT DISTINCT minute FROM request_ids WHERE \(hash)\(text)",
            operation: "reading request ids"
        ) { try $0.integer() }
        guard let first = minutes.min(), let last = minutes.max() else { return nil }
        // A long list takes longer to read than the minutes between.
        let places =
            minutes.count > 1_000
            ? "minute >= \(first) AND minute <= \(last)" : ServerText.isOne("minute", of: minutes)
        return "\(places) AND \(hash)\(text)"
    }

    func request(_ id: String) throws -> RequestDetail? {
        let key = Int64(bitPattern: RequestHash.of(Array(id.utf8)))
        guard let condition = try condition(ofRequestKey: key, id: id) else { return nil }
        let count = try count(condition)
        guard count > 0 else { return nil }
        let found =
            count > Self.maxFoldedEvents
            ? try ends(condition, count: count) : try folded(condition)
        let since = try endsTasksSince()
        let requests = found.rows.map { row in
            var view = RequestView(row: row)
            view.agent = names.name(row.agent)?.text
            view.user = names.name(row.user)?.text
            view.session = names.name(row.session)?.text
            view.endsTasksSince = since[row.agent]
            return view
        }
        var detail = RequestDetail(
            requestID: id,
            requests: requests,
            events: found.events.map(detail),
            settings: settings
        )
        detail.omitted = found.omitted
        return detail
    }

    /// What is shown of a request id.
    private struct Found {
        var rows: [RequestRow]
        /// Each with the part it belongs to; `nil` for an orphan.
        var events: [(StoredEvent, part: Int?)]
        var omitted: OmittedEvents?
    }

    private func folded(_ condition: String) throws -> Found {
        let stored = try EventRowReader(connection: connection, names: names).events(condition)
        let folded = RequestFold.fold(stored.map(\.event), settings: settings)
        var events = zip(stored, folded.owners).map { ($0, part: $1 < 0 ? nil : $1) }
        let shown = Self.shownEvents
        let excess = events.count - 2 * shown
        if excess > 0 { events.removeSubrange(shown..<shown + excess) }
        return Found(
            rows: folded.requests,
            events: events,
            omitted: excess > 0 ? OmittedEvents(after: shown, count: Int64(excess)) : nil
        )
    }

    /// The first and the last events of an id that has too many to fold.
    private func ends(_ condition: String, count: Int64) throws -> Found {
        let shown = Self.shownEvents
        var rows: [RequestRow] = []
        try RequestRowReader(connection: connection, names: names).run(condition) { rows += $0 }
        rows.sort { $0.part < $1.part }
        let reader = EventRowReader(connection: connection, names: names)
        let order = "timestamp, source, line_offset"
        let early = try reader.events("\(condition) ORDER BY \(order) LIMIT \(shown)")
        let backwards = "timestamp DESC, source DESC, line_offset DESC"
        let late = try reader.events("\(condition) ORDER BY \(backwards) LIMIT \(shown)")
        let events = (early + late).map { stored in
            let row = rows.last { $0.begunAt <= stored.event.timestamp } ?? rows.first
            return (stored, part: row.map { Int($0.part) })
        }
        if rows.count > 2 * shown { rows.removeSubrange(shown..<rows.count - shown) }
        return Found(
            rows: rows,
            events: events,
            omitted: OmittedEvents(
                after: early.count,
                count: count - Int64(early.count + late.count)
            )
        )
    }

    private func detail(_ stored: StoredEvent, part: Int?) -> EventDetail {
        var detail = EventDetail(event: stored.event, sourcePath: stored.source)
        detail.part = part
        detail.subject = names.name(stored.event.subject)?.text
        detail.provider = names.name(stored.event.provider)?.text
        detail.agent = names.name(stored.event.agent)?.text
        detail.errorText = names.name(stored.event.errorText)?.text
        detail.stopReason = names.name(stored.event.stopReason)?.text
        detail.eventID = stored.eventID
        detail.parentID = stored.parentID
        detail.attributes = stored.attributes
        return detail
    }
}
