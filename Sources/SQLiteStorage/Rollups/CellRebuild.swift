import AgentEvents
import EventStorage
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

    /// Makes the stored cells anew; the keys stay, as do the cells of quarters before the retention
    /// horizon.
    static func run(_ db: Database) throws {
        let horizon = try RetentionState.load(db).horizon.rows
        try db.execute(
            sql: "DELETE FROM cells WHERE width <> ? OR bucket >= ?",
            arguments: [
                BucketWidth.quarter.rawValue, BucketWidth.quarter.bucket(holding: horizon),
            ]
        )
        var rebuild = try CellRebuild(into: .stored, CellKeys(), db)
        try rebuild.run(db)
        try rebuild.batch.places.quarters.replaceStored(db)
    }

    /// Makes them in a table that is empty, for comparing.
    ///
    /// Nothing else changes; the cells of quarters before the retention horizon are taken as they are.
    /// Gives what the quarters hold.
    static func recount(into table: CellTable, _ db: Database) throws -> QuarterVolumes {
        var rebuild = try CellRebuild(into: table, CellKeys(.placeholder), db)
        try db.execute(
            sql: "INSERT INTO \(table.name) SELECT * FROM cells WHERE width = ? AND bucket < ?",
            arguments: [
                BucketWidth.quarter.rawValue,
                BucketWidth.quarter.bucket(holding: rebuild.batch.places.horizon),
            ]
        )
        try rebuild.run(db)
        return rebuild.batch.places.quarters
    }

    private init(into table: CellTable, _ keys: CellKeys, _ db: Database) throws {
        clock = RequestClock(
            endsTasksSince: try AgentCompletions.load(db),
            settings: try StoredSettings.load(db)
        )
        let horizon = try RetentionState.load(db).horizon.rows
        let quarters = try QuarterVolumes.counted(clock, from: horizon, db)
        writer = CellWriter(table: table, quarters: quarters, keys: keys, db: db)
        batch = CellBatch(
            CellPlaces(keys: keys, quarters: quarters, horizon: horizon, db: db)
        )
    }

    private mutating func run(_ db: Database) throws {
        try widenKept(of: LLMCallCell.self, db)
        try widenKept(of: ToolCallCell.self, db)
        try widenKept(of: RequestCell.self, db)
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

    /// Makes the wider cells of the quarters before the retention horizon, of which there are no rows: a
    /// day at a time.
    private func widenKept<Cell: CellValue>(of _: Cell.Type, _ db: Database) throws {
        let level = CellLevel.each(.quarter, of: Cell.self)
        let end = BucketWidth.quarter.bucket(holding: batch.places.horizon)
        guard var first = try CellTable.stored.oldest(level, db) else { return }
        while first < end {
            let day = BucketWidth.day.bucket(holding: BucketWidth.quarter.start(of: first))
            let next = BucketWidth.day.buckets(of: .quarter, in: day).upperBound
            var changes = CellChanges<Cell>()
            try CellTable.stored.forEach(level, buckets: first..<min(next, end), in: db) {
                place,
                bytes in
                let cell = try CellReader.cell(Cell.self, in: bytes)
                changes.entering.change(place) { $0.merge(cell) }
            }
            try writer.storeWider(changes)
            first = next
        }
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
