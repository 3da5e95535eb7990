import GRDB

/// What many events have in common, stored once in a table of its own and named by its id.
protocol SharedRow: Hashable, Sendable {
    static var table: String { get }
    /// Beside `id`.
    static var columns: [String] { get }
    /// One for each column; `nil` is NULL.
    var values: [Int64?] { get }

    /// Without any values.
    init()

    /// `first`: where its columns begin.
    init(_ row: ScannedRow, from first: Int)
}

/// The ids of shared rows: those that were asked for lately, and where the others stand.
struct SharedRows<Value: SharedRow>: Sendable {
    private var ids: [Value: Int64] = [:]
    /// Above this many the memory is given back.
    private static var most: Int { 200_000 }

    /// The id of a row, which is stored where it is new.
    mutating func id(of value: Value, _ db: Database) throws -> Int64 {
        if let id = ids[value] { return id }
        if ids.count > Self.most { ids = [:] }
        let id = try Self.stored(value, db)
        ids[value] = id
        return id
    }

    private static func stored(_ value: Value, _ db: Database) throws -> Int64 {
        let conditions = Value.columns.map { "\($0) IS ?" }.joined(separator: " AND ")
        let find = try db.cachedStatement(sql: "SELECT id FROM \(Value.table) WHERE \(conditions)")
        let values = StatementArguments(value.values)
        if let id = try Int64.fetchOne(find, arguments: values) { return id }
        let names = Value.columns.joined(separator: ", ")
        let marks = Value.columns.map { _ in "?" }.joined(separator: ", ")
        let insert = try db.cachedStatement(
            sql: "INSERT INTO \(Value.table) (\(names)) VALUES (\(marks))"
        )
        try insert.execute(arguments: values)
        return db.lastInsertedRowID
    }
}

/// All shared rows of a kind in memory, for scans that would ask for each many times.
struct SharedRowList<Value: SharedRow> {
    private var values: [Value] = []

    init(_ db: Database) throws {
        let scan = RowScan(columns: ["id"] + Value.columns, source: "FROM \(Value.table)")
        try scan.run([], db) { rows in
            for index in 0..<rows.count {
                let id = Int(rows[index].int64(0))
                while values.count <= id { values.append(Value()) }
                values[id] = Value(rows[index], from: 1)
            }
        }
    }

    /// What no row has the id of has no values: a damaged database must not end the program.
    subscript(id: Int64) -> Value {
        values.indices.contains(Int(id)) ? values[Int(id)] : Value()
    }
}
