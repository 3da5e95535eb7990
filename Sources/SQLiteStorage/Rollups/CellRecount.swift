import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Finds cells of minutes or quarters anew from the stored rows.
struct CellRecount {
    let clock: RequestClock
    let places: CellPlaces

    func llmCalls(
        at wanted: Set<CellPlace>,
        _ width: BucketWidth
    ) throws -> PlacedCells<LLMCallCell> {
        var cells = PlacedCells<LLMCallCell>()
        try forEachEvent(at: wanted, width) { event, place in cells.change(place) { $0.add(event) }
        }
        return cells
    }

    func toolCalls(
        at wanted: Set<CellPlace>,
        _ width: BucketWidth
    ) throws -> PlacedCells<ToolCallCell> {
        var cells = PlacedCells<ToolCallCell>()
        try forEachEvent(at: wanted, width) { event, place in cells.change(place) { $0.add(event) }
        }
        return cells
    }

    func requests(
        at wanted: Set<CellPlace>,
        _ width: BucketWidth
    ) throws -> PlacedCells<RequestCell> {
        var cells = PlacedCells<RequestCell>()
        try forEachRequest(closedIn: Self.window(wanted, width)) { row, status in
            let place = CellPlace(
                bucket: width.bucket(holding: status.closedAt),
                key: try places.key(of: row, status)
            )
            if wanted.contains(place) { cells.change(place) { $0.add(row, status) } }
        }
        return cells
    }

    /// Stores the cells of the minutes of a quarter, which has had none.
    func storeMinutes(of quarter: Int64, with writer: CellWriter) throws {
        let minutes = BucketWidth.quarter.buckets(of: .minute, in: quarter)
        let width = BucketWidth.minute
        let window = TimeWindow(
            since: width.start(of: minutes.lowerBound),
            until: width.start(of: minutes.upperBound)
        )
        var batch = CellBatch(places)
        try CellEventScan.run(in: window, places.db) { events in
            for event in events { try batch.enter(event) }
        }
        try forEachRequest(closedIn: window) { row, status in
            try batch.enter(row, status: status)
        }
        try writer.store(batch.llmCalls.minutes, .each(width, of: LLMCallCell.self)) { _ in
            PlacedCells()
        }
        try writer.store(batch.toolCalls.minutes, .each(width, of: ToolCallCell.self)) { _ in
            PlacedCells()
        }
        try writer.store(batch.requests.minutes, .each(width, of: RequestCell.self)) { _ in
            PlacedCells()
        }
    }

    private func forEachRequest(
        closedIn window: TimeWindow,
        _ body: (RequestRow, RequestStatus) throws -> Void
    ) throws {
        for reach in RequestReach.closing(in: [window], clock.settings) {
            try RequestRowReader.run(in: reach, places.db) { rows in
                for row in rows {
                    let status = clock.status(of: row)
                    if window.contains(status.closedAt) { try body(row, status) }
                }
            }
        }
    }

    private func forEachEvent(
        at wanted: Set<CellPlace>,
        _ width: BucketWidth,
        _ body: (AgentEvent, CellPlace) throws -> Void
    ) throws {
        try CellEventScan.run(in: Self.window(wanted, width), places.db) { events in
            for event in events {
                guard let key = try places.key(of: event) else { continue }
                let place = CellPlace(bucket: width.bucket(holding: event.timestamp), key: key)
                if wanted.contains(place) { try body(event, place) }
            }
        }
    }

    /// The time from the first bucket of the cells to their last.
    private static func window(_ places: Set<CellPlace>, _ width: BucketWidth) -> TimeWindow {
        let buckets = places.map(\.bucket)
        guard let first = buckets.min(), let last = buckets.max() else {
            preconditionFailure("there is nothing to recount")
        }
        return TimeWindow(since: width.start(of: first), until: width.start(of: last + 1))
    }
}
