import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Finds cells of minutes anew from the stored rows.
struct CellRecount {
    let clock: RequestClock
    var keys: CellKeys
    let db: Database

    mutating func llmCalls(at places: Set<CellPlace>) throws -> PlacedCells<LLMCallCell> {
        var cells = PlacedCells<LLMCallCell>()
        try forEachEvent(at: places) { event, place in
            let slot = cells.slot(place)
            cells[slot].add(event)
        }
        return cells
    }

    mutating func toolCalls(at places: Set<CellPlace>) throws -> PlacedCells<ToolCallCell> {
        var cells = PlacedCells<ToolCallCell>()
        try forEachEvent(at: places) { event, place in
            let slot = cells.slot(place)
            cells[slot].add(event)
        }
        return cells
    }

    mutating func requests(at places: Set<CellPlace>) throws -> PlacedCells<RequestCell> {
        var cells = PlacedCells<RequestCell>()
        var window = Self.window(places)
        window.since = window.since - clock.maxWait
        try RequestRowReader.run(endedIn: window, db) { rows in
            for row in rows {
                let status = clock.status(of: row)
                let place = try CellBatch.place(of: row, status: status, keys: &keys, in: db)
                guard places.contains(place) else { continue }
                let slot = cells.slot(place)
                cells[slot].add(row, status)
            }
        }
        return cells
    }

    private mutating func forEachEvent(
        at places: Set<CellPlace>,
        _ body: (AgentEvent, CellPlace) throws -> Void
    ) throws {
        try CellEventScan.run(in: Self.window(places), db) { events in
            for event in events {
                guard let place = try CellBatch.place(of: event, &keys, db),
                    places.contains(place)
                else { continue }
                try body(event, place)
            }
        }
    }

    /// The time from the first minute of the cells to their last.
    private static func window(_ places: Set<CellPlace>) -> TimeWindow {
        let buckets = places.map(\.bucket)
        guard let first = buckets.min(), let last = buckets.max() else {
            preconditionFailure("there is nothing to recount")
        }
        let width = BucketWidth.minute
        return TimeWindow(since: width.start(of: first), until: width.start(of: last + 1))
    }
}

/// When requests close, at one state of the store.
struct RequestClock {
    let endsTasksSince: [NameIndex: Timestamp]
    let settings: RequestSettings

    /// The longest time between a request's end and its closing, in microseconds.
    var maxWait: Int64 { max(0, settings.idleTimeout, settings.unfinishedAfter) }

    /// The request once it has closed.
    func status(of row: RequestRow) -> RequestStatus {
        row.status(
            at: .distantFuture,
            endsTasksSince: endsTasksSince[row.agent],
            settings: settings
        )
    }
}
