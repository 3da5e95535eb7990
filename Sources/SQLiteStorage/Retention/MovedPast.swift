import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Brings in what another store has from before its retention horizon: rollup cells and counts, and no rows.
///
/// The rows from later on are here already. Afterwards this store is as if it had been pruned itself.
struct MovedPast {
    let source: any StoreView
    /// What the source says of its agents, of those included whose rows are gone.
    let agents: [WriterStanding.Agent]
    let context: WriteContext
    private let keys = CellKeys()

    private var db: Database { context.db }

    init(of source: any StoreView, agents: [WriterStanding.Agent], into context: WriteContext) {
        (self.source, self.agents, self.context) = (source, agents, context)
    }

    func store() throws {
        let known = try RetentionState.load(db).horizon
        let horizon = known.raised(to: try source.horizon())
        // Already here, or pruned here since.
        guard horizon != known else { return }
        let quarters = 0..<BucketWidth.quarter.bucket(holding: horizon.rows)
        try clear(before: quarters.upperBound)
        try store(try source.quarters(quarters))
        for day in try days(before: quarters.upperBound) {
            try storeCells(of: LLMCallCell.self, in: day.clamped(to: quarters))
            try storeCells(of: ToolCallCell.self, in: day.clamped(to: quarters))
            try storeCells(of: RequestCell.self, in: day.clamped(to: quarters))
        }
        try RetentionState.adopt(horizon, db)
        try storeAgents()
        try CellRebuild.run(db)
    }

    /// Removes what the early events of requests that closed after the horizon have made.
    private func clear(before quarter: Int64) throws {
        try db.execute(sql: "DELETE FROM quarters WHERE bucket < ?", arguments: [quarter])
        try db.execute(
            sql: "DELETE FROM cells WHERE width = ? AND bucket < ?",
            arguments: [BucketWidth.quarter.rawValue, quarter]
        )
    }

    private func store(_ quarters: [QuarterVolume]) throws {
        for quarter in quarters {
            try db.execute(
                sql: "INSERT INTO quarters (bucket, units) VALUES (?, ?)",
                arguments: [quarter.bucket, quarter.units]
            )
        }
    }

    /// The quarters of each day of the past that may have cells.
    private func days(before quarter: Int64) throws -> [Range<Int64>] {
        guard let oldest = try source.oldestEvent() else { return [] }
        let day = BucketWidth.day
        let last = day.bucket(holding: BucketWidth.quarter.start(of: quarter))
        let first = min(day.bucket(holding: oldest), last)
        return (first...last).map { day.buckets(of: .quarter, in: $0) }
    }

    private func storeCells<Cell: CellValue>(of _: Cell.Type, in quarters: Range<Int64>) throws {
        guard !quarters.isEmpty else { return }
        // They come on another thread, which must not use this database.
        var found: [(key: CellKey, bucket: Int64, cell: Cell)] = []
        let reach = CellReach(width: .quarter, buckets: quarters)
        try source.forEachCell(Cell.self, in: reach) { found.append(($0, $1, $2)) }
        var names = MovedNames(of: source)
        let moved = try found.map { try names.key($0.key) }
        let ids = try context.ids(of: names.batch.names)
        var cells = PlacedCells<Cell>()
        for (unit, key) in zip(found, moved) {
            let key = try keys.id(of: MovedNames.key(key, ids), db)
            cells.change(CellPlace(bucket: unit.bucket, key: key)) { $0.merge(unit.cell) }
        }
        var rows = CellTable.Rows()
        for place in cells.places.sorted() {
            guard let cell = cells.cell(at: place) else { preconditionFailure("it has a place") }
            rows.append(cell, .each(.quarter, of: Cell.self), place: place)
        }
        try CellTable.stored.store(rows, db)
    }

    /// What was counted of rows that are gone is what the rows that are here do not say.
    private func storeAgents() throws {
        for agent in agents {
            var batch = EventBatch()
            let name = agent.name.map { text in
                Array(text.utf8).withUnsafeBytes { batch.name(.agent, $0) }
            }
            let id = try context.ids(of: batch.names)[Int((name ?? .none).rawValue)]  // of no name
            if let since = agent.endsTasksSince {
                try db.execute(
                    sql: """
                        INSERT INTO agents (agent, ends_tasks_since) VALUES (?, ?) ON CONFLICT (agent) DO UPDATE
                        SET ends_tasks_since = min(ends_tasks_since, excluded.ends_tasks_since)
                        """,
                    arguments: [id, since.micros]
                )
            }
            guard agent.decided > 0 else { continue }
            try db.execute(
                sql: """
                    INSERT INTO agent_outcomes (agent, completed, decided, pruned_completed, pruned_decided)
                    VALUES (?1, ?2, ?3, ?2, ?3) ON CONFLICT (agent) DO UPDATE SET
                        pruned_completed = pruned_completed + excluded.completed - completed,
                        pruned_decided = pruned_decided + excluded.decided - decided,
                        completed = excluded.completed, decided = excluded.decided
                    """,
                arguments: [id, agent.completed, agent.decided]
            )
        }
    }
}

/// Names of one store as those of a batch, and then as those of another store.
private struct MovedNames {
    let source: any StoreView
    var batch = EventBatch()

    init(of source: any StoreView) { self.source = source }

    /// A key with names of the batch.
    mutating func key(_ key: CellKey) throws -> CellKey {
        var key = key
        key.agent = try index(key.agent, .agent)
        key.subject = try index(key.subject, key.series == .toolCalls ? .tool : .model)
        key.provider = try index(key.provider, .provider)
        return key
    }

    private mutating func index(_ name: NameIndex, _ kind: NameKind) throws -> NameIndex {
        guard !name.isNone, name != CellKey.otherName else { return name }
        guard let text = try source.name(name) else {
            preconditionFailure("a store knows the names that it hands over")
        }
        return Array(text.utf8).withUnsafeBytes { batch.name(kind, $0) }
    }

    /// A key with names of a store.
    ///
    /// `ids`: of the names of the batch.
    static func key(_ key: CellKey, _ ids: [UInt32]) -> CellKey {
        func id(_ name: NameIndex) -> NameIndex {
            name.isNone || name == CellKey.otherName
                ? name : NameIndex(rawValue: ids[Int(name.rawValue)])
        }
        var key = key
        key.agent = id(key.agent)
        key.subject = id(key.subject)
        key.provider = id(key.provider)
        return key
    }
}
