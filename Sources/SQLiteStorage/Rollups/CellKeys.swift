import AgentEvents
import GRDB
import Rollups

/// The ids of cell keys: what the table `cell_keys` has, and how new ones come in.
///
/// Over 2,000 names of a kind, new ones fold into `CellKey.otherName`. Keys are never deleted and
/// no name that has folded gets in later, so a unit that leaves its cell is sought where it came
/// in.
final class CellKeys {
    /// What becomes of keys that are not stored.
    enum MissingKey: Sendable {
        case insert
        /// They get an id below 0, for a comparison that finds no such cell.
        case placeholder
    }

    /// The number of agents, models, providers and tools that each have cells of their own.
    static let maxNames = 2_000

    private let missingKey: MissingKey
    private var ids: [CellKey: Int64] = [:]
    private var codes: [Int64: Int64] = [:]
    private var names: [NameKind: Set<NameIndex>] = [:]
    private var isLoaded = false
    private var newest: Int64 = 0

    init(_ missingKey: MissingKey = .insert) { self.missingKey = missingKey }

    /// The id of a key, which is added where it is new.
    func id(of key: CellKey, _ db: Database) throws -> Int64 {
        if let id = ids[key] { return id }
        if !isLoaded { try load(db) }
        let folded = folded(key)
        if let id = ids[folded] { return id }
        return try add(folded, db)
    }

    /// The codes of keys by their ids: those are the keys of totals.
    func codes(_ db: Database) throws -> [Int64: Int64] {
        if !isLoaded { try load(db) }
        return codes
    }

    /// The stored keys of a series by their ids.
    static func stored(of series: CellSeries, _ db: Database) throws -> [Int64: CellKey] {
        try rows(db).reduce(into: [:]) { keys, row in
            if row.key.series == series { keys[row.id] = row.key }
        }
    }

    /// How many names of each kind have folded.
    static func foldedNames(_ db: Database) throws -> Int64 {
        let keys = CellKeys()
        try keys.load(db)
        return try keys.names.filter { $1.count >= maxNames }.reduce(0) { total, known in
            let sql = "SELECT count(*) FROM names WHERE kind = ?"
            let all = try Int64.fetchOne(db, sql: sql, arguments: [known.key.rawValue])
            return total + (all ?? 0) - Int64(known.value.count)  // a count gives a row
        }
    }

    private func load(_ db: Database) throws {
        for (id, key) in try Self.rows(db) {
            ids[key] = id
            codes[id] = Int64(key.code)
            newest = max(newest, id)
            note(key)
        }
        isLoaded = true
    }

    private static func rows(_ db: Database) throws -> [(id: Int64, key: CellKey)] {
        var keys: [(id: Int64, key: CellKey)] = []
        let sql = "SELECT id, series, agent, subject, provider, code FROM cell_keys"
        let rows = try Row.fetchCursor(db, sql: sql)
        while let row = try rows.next() {
            // A series of a newer version is in no metric.
            guard let series = CellSeries(rawValue: try row.value(1)) else { continue }
            let key = CellKey(
                series: series,
                agent: NameIndex(rawValue: try row.value(2)),
                subject: NameIndex(rawValue: try row.value(3)),
                provider: NameIndex(rawValue: try row.value(4)),
                code: try row.value(5)
            )
            keys.append((try row.value(0), key))
        }
        return keys
    }

    private func add(_ key: CellKey, _ db: Database) throws -> Int64 {
        newest += 1
        let id = missingKey == .insert ? newest : -newest
        if missingKey == .insert {
            let insert = try db.cachedStatement(
                sql: """
                    INSERT INTO cell_keys (id, series, agent, subject, provider, code)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """
            )
            try insert.execute(arguments: [
                id, key.series.rawValue, key.agent.rawValue, key.subject.rawValue,
                key.provider.rawValue, key.code,
            ])
        }
        ids[key] = id
        codes[id] = Int64(key.code)
        note(key)
        return id
    }

    private func folded(_ key: CellKey) -> CellKey {
        var key = key
        key.agent = folded(key.agent, .agent)
        key.subject = folded(key.subject, Self.subjectKind(key.series))
        key.provider = folded(key.provider, .provider)
        return key
    }

    private func folded(_ name: NameIndex, _ kind: NameKind) -> NameIndex {
        guard !name.isNone, let known = names[kind], known.count >= Self.maxNames,
            !known.contains(name)
        else { return name }
        return CellKey.otherName
    }

    private func note(_ key: CellKey) {
        note(key.agent, .agent)
        note(key.subject, Self.subjectKind(key.series))
        note(key.provider, .provider)
    }

    private func note(_ name: NameIndex, _ kind: NameKind) {
        guard !name.isNone, name != CellKey.otherName else { return }
        names[kind, default: []].insert(name)
    }

    /// Requests have no subject; whichever kind is named for them is not asked.
    private static func subjectKind(_ series: CellSeries) -> NameKind {
        series == .toolCalls ? .tool : .model
    }
}
