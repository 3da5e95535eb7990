import AgentEvents
import EventStorage
import GRDB
import Rollups

/// The row of the table `retention`: what has been pruned.
struct RetentionState: Equatable {
    var horizon = RetentionHorizon.none
    /// Whether nothing is left to remove.
    var isFinished = true
    /// Events that were removed since names were last cleared away.
    var removed: Int64 = 0
    /// How often names were cleared away: who knows names by heart compares it.
    var clearings: Int64 = 0

    static func load(_ db: Database) throws -> RetentionState {
        let sql = "SELECT horizon, cells_from, finished, removed, clearings FROM retention"
        guard let row = try Row.fetchOne(try db.cachedStatement(sql: sql)) else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT,
                message: "the row of retention is missing"
            )
        }
        func time(_ index: Int) throws -> Timestamp {
            (try row.value(index) as Int64?).map(Timestamp.init(micros:)) ?? .distantPast
        }
        return RetentionState(
            horizon: RetentionHorizon(rows: try time(0), cells: try time(1)),
            isFinished: try row.value(2) == 1,
            removed: try row.value(3),
            clearings: try row.value(4)
        )
    }

    /// Raises the horizon, from when on nothing that lies before it comes in or changes.
    ///
    /// `evenIfEmpty`: also where nothing at all lies before it; else such a store has nothing to prune, and answers
    /// as before.
    static func raise(
        to horizon: RetentionHorizon,
        evenIfEmpty: Bool = false,
        _ db: Database
    ) throws -> RetentionState {
        var state = try load(db)
        let raised = state.horizon.raised(to: horizon)
        guard raised != state.horizon else { return state }
        guard
            try evenIfEmpty || state.horizon != .none || holdsAnything(before: raised.rows, db)
        else { return state }
        state.horizon = raised
        state.isFinished = false
        try keepIDs(db)
        try db.execute(
            sql: "UPDATE retention SET horizon = ?, cells_from = ?, finished = 0",
            arguments: [stored(raised.rows), stored(raised.cells)]
        )
        return state
    }

    /// Takes over the horizon of a store whose rows and cells have come here; what is left to be removed is removed when
    /// this one is pruned.
    static func adopt(_ horizon: RetentionHorizon, _ db: Database) throws {
        try keepIDs(db)
        try db.execute(
            sql: "UPDATE retention SET horizon = ?, cells_from = ?, finished = 0",
            arguments: [stored(horizon.rows), stored(horizon.cells)]
        )
    }

    private static func holdsAnything(before moment: Timestamp, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM event_zones WHERE earliest < ?)
                    OR EXISTS (SELECT 1 FROM quarters WHERE bucket < ?)
                """,
            arguments: [moment.micros, BucketWidth.quarter.bucket(holding: moment)]
        ) == true
    }

    private static func stored(_ moment: Timestamp) -> Int64? {
        moment == .distantPast ? nil : moment.micros
    }

    /// Lets no new event have the id of one that is about to be removed: who counts on from a number would
    /// miss it.
    static func keepIDs(_ db: Database) throws {
        try db.execute(sql: "UPDATE retention SET newest = (\(EventTable.newest))")
    }

    /// Notes removed events; a clearing of names that goes on is broken off.
    static func noteRemoved(_ events: Int64, _ db: Database) throws {
        let note = try db.cachedStatement(
            sql: "UPDATE retention SET removed = removed + ?, clearing = NULL"
        )
        try note.execute(arguments: [events])
    }

    /// Notes that nothing is left to remove, unless the horizon was raised meanwhile.
    static func noteFinished(_ horizon: RetentionHorizon, _ db: Database) throws {
        guard try load(db).horizon == horizon else { return }
        try db.execute(sql: "UPDATE retention SET finished = 1")
    }
}
