import AgentEvents
import GRDB
import Rollups

/// Makes all cells from the stored rows.
///
/// Works in rounds that fit in memory; adding in any partition gives equal cells.
struct CellRebuild {
    private let writer: CellWriter
    private let clock: RequestClock
    private var batch: CellBatch
    private var units = 0
    /// The number of units in memory at a time.
    private static let maxUnits = 500_000

    /// Makes the stored cells anew; the keys stay.
    static func run(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM cells")
        var rebuild = try CellRebuild(into: .stored, CellKeys(), db)
        try rebuild.run(db)
        try rebuild.batch.places.quarters.replaceStored(db)
    }

    /// Makes them in a table that is empty, for comparing; nothing else changes.
    ///
    /// Gives what the quarters hold.
    static func recount(into table: CellTable, _ db: Database) throws -> QuarterVolumes {
        var rebuild = try CellRebuild(into: table, CellKeys(.placeholder), db)
        try rebuild.run(db)
        return rebuild.batch.places.quarters
    }

    private init(into table: CellTable, _ keys: CellKeys, _ db: Database) throws {
        clock = RequestClock(
            endsTasksSince: try AgentCompletions.load(db),
            settings: try StoredSettings.load(db)
        )
        let quarters = try QuarterVolumes.counted(clock, db)
        writer = CellWriter(table: table, quarters: quarters, keys: keys, db: db)
        batch = CellBatch(CellPlaces(keys: keys, quarters: quarters, db: db))
    }

    private mutating func run(_ db: Database) throws {
        try CellEventScan.run(db) { events in
            for event in events { try batch.enter(event) }
            try note(events.count)
        }
        try RequestRowReader.run(db) { rows in
            for row in rows {
                try batch.enter(row, status: clock.status(of: row))
            }
            try note(rows.count)
        }
        try store()
    }

    private mutating func note(_ more: Int) throws {
        units += more
        if units >= Self.maxUnits { try store() }
    }

    private mutating func store() throws {
        try writer.store(batch.llmCalls, recount: Self.nothing)
        try writer.store(batch.toolCalls, recount: Self.nothing)
        try writer.store(batch.requests, recount: Self.nothing)
        batch = CellBatch(batch.places)
        units = 0
    }

    /// Where nothing leaves, nothing is recounted.
    private static func nothing<Cell>(
        _: Set<CellPlace>,
        _: BucketWidth
    ) throws -> PlacedCells<Cell> {
        PlacedCells()
    }
}
