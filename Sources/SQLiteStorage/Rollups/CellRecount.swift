import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Finds cells of minutes anew from the stored rows.
struct CellRecount {
    let clock: RequestClock
    let places: CellPlaces

    func llmCalls(at wanted: Set<CellPlace>) throws -> PlacedCells<LLMCallCell> {
        var cells = PlacedCells<LLMCallCell>()
        try forEachEvent(at: wanted) { event, place in
            let slot = cells.slot(place)
            cells[slot].add(event)
        }
        return cells
    }

    func toolCalls(at wanted: Set<CellPlace>) throws -> PlacedCells<ToolCallCell> {
        var cells = PlacedCells<ToolCallCell>()
        try forEachEvent(at: wanted) { event, place in
            let slot = cells.slot(place)
            cells[slot].add(event)
        }
        return cells
    }

    func requests(at wanted: Set<CellPlace>) throws -> PlacedCells<RequestCell> {
        var cells = PlacedCells<RequestCell>()
        var window = Self.window(wanted)
        window.since = window.since - clock.maxWait
        try RequestRowReader.run(endedIn: window, places.db) { rows in
            for row in rows {
                let status = clock.status(of: row)
                let place = try places.place(of: row, status: status)
                guard wanted.contains(place) else { continue }
                let slot = cells.slot(place)
                cells[slot].add(row, status)
            }
        }
        return cells
    }

    private func forEachEvent(
        at wanted: Set<CellPlace>,
        _ body: (AgentEvent, CellPlace) throws -> Void
    ) throws {
        try CellEventScan.run(in: Self.window(wanted), places.db) { events in
            for event in events {
                guard let place = try places.place(of: event),
                    wanted.contains(place)
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
