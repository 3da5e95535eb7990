import GRDB

/// What many events have in common, stored once in a table of its own and named by its id.
protocol SharedRow: Hashable, Sendable {
    static var table: String { get }
    /// Beside `id`.
    static var columns: [String] { get }
    /// Some bits of it, mixed: equal values have equal ones.
    var fingerprint: UInt32 { get }
    /// One for each column; `nil` is NULL.
    var values: [Int64?] { get }

    /// Creates a row without values.
    init()

    /// `first`: where its columns begin.
    init(_ row: ScannedRow, from first: Int)

    /// An id that it can have, greater than that of all rows so far.
    func id(after greatest: Int64) -> Int64
}

extension SharedRow {
    func id(after greatest: Int64) -> Int64 { greatest + 1 }
}

/// The ids of shared rows: those that were asked for lately, and where the others stand.
struct SharedRows<Value: SharedRow>: Sendable {
    private var ids: [Value: Int64] = [:]
    /// The ids that were asked for last, by the low bits of the fingerprint: spares most questions the
    /// hashing.
    private var latest = [(value: Value, id: Int64)?](repeating: nil, count: 256)
    /// The number of rows above which the cache is emptied.
    private static var maxRows: Int { 200_000 }

    /// The id of a row, which is stored where it is new.
    mutating func id(of value: Value, _ db: Database) throws -> Int64 {
        let slot = Int(value.fingerprint & 255)
        if let known = latest[slot], known.value == value { return known.id }
        let id = try hashedID(of: value, db)
        latest[slot] = (value, id)
        return id
    }

    private mutating func hashedID(of value: Value, _ db: Database) throws -> Int64 {
        if let id = ids[value] { return id }
        if ids.count > Self.maxRows { ids = [:] }
        let id = try Self.stored(value, db)
        ids[value] = id
        return id
    }

    private static func stored(_ value: Value, _ db: Database) throws -> Int64 {
        let conditions = Value.columns.map { "\($0) IS ?" }.joined(separator: " AND ")
        let find = try db.cachedStatement(sql: "SELECT id FROM \(Value.table) WHERE \(conditions)")
        let values = StatementArguments(value.values)
        if let id = try Int64.fetchOne(find, arguments: values) { return id }
        let greatest = try db.cachedStatement(sql: "SELECT max(id) FROM \(Value.table)")
        // Without rows there is no greatest id.
        let id = value.id(after: try Int64.fetchOne(greatest) ?? 0)
        let names = Value.columns.joined(separator: ", ")
        let marks = Value.columns.map { _ in "?" }.joined(separator: ", ")
        let insert = try db.cachedStatement(
            sql: "INSERT INTO \(Value.table) (id, \(names)) VALUES (?, \(marks))"
        )
        try insert.execute(arguments: [id] + values)
        return id
    }
}

/// Shared rows by their ids, for scans that ask for the same ones many times.
///
/// Read in blocks when they are first asked for: a window of minutes needs a few of the many that a
/// store has.
final class SharedRowCache<Value: SharedRow> {
    /// Blocks of rows by the upper bits of their ids.
    private var blocks: [[Value]?]
    private let maxID: Int64
    private let db: Database

    private static var blockSize: Int64 { 1_024 }

    init(_ db: Database) throws {
        self.db = db
        // Without rows there is no greatest id.
        maxID = try Int64.fetchOne(db, sql: "SELECT max(id) FROM \(Value.table)") ?? 0
        blocks = Array(repeating: nil, count: Int(clamping: maxID / Self.blockSize + 1))
    }

    /// The row with an id; one without values where there is none, since a damaged database must
    /// not end the program.
    func row(_ id: Int64) throws -> Value {
        guard id >= 0, id <= maxID else { return Value() }
        let (block, place) = id.quotientAndRemainder(dividingBy: Self.blockSize)
        if let values = blocks[Int(block)] { return values[Int(place)] }
        let values = try load(block)
        blocks[Int(block)] = values
        return values[Int(place)]
    }

    /// Reads all rows that were not asked for yet.
    func readAll() throws {
        for block in blocks.indices where blocks[block] == nil {
            blocks[block] = try load(Int64(block))
        }
    }

    private func load(_ block: Int64) throws -> [Value] {
        let columns = ["id"] + Value.columns
        let find = try db.cachedStatement(
            sql: """
                SELECT \(columns.joined(separator: ", ")) FROM \(Value.table)
                WHERE id >= ? AND id < ?
                """
        )
        let first = block * Self.blockSize
        var values = [Value](repeating: Value(), count: Int(Self.blockSize))
        var numbers = [Int64](repeating: 0, count: columns.count)
        let rows = try Row.fetchCursor(find, arguments: [first, first + Self.blockSize])
        while let row = try rows.next() {
            // NULL
            for index in columns.indices {
                numbers[index] = (try row.value(index) as Int64?) ?? .min
            }
            numbers.withUnsafeBufferPointer { buffer in
                guard let row = ScannedRow(buffer) else { return }
                values[Int(buffer[0] - first)] = Value(row, from: 1)
            }
        }
        return values
    }
}
