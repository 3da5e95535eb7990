import AgentEvents
import CSQLiteBatch
import GRDB

/// Where the values of one column lie in an array of rows.
enum ColumnLayout {
    /// An `Int64`, `Timestamp` or `Optional64` at this byte of the row.
    case int64(Int)
    /// A byte; 0 is NULL where asked.
    case uint8(Int, nullIfZero: Bool)
    /// A `UInt32` or an index type; 0 is NULL.
    case uint32(Int)
    /// A `TextIndex` into the batch's texts.
    case text(Int)
    /// Bytes as `text` has characters.
    case blob(Int)
    /// An array of its own, parallel to the rows.
    case array([Int64])
}

/// Stores an array of fixed-size rows with one statement, straight from memory.
struct RowInsert {
    var table: String
    var columns: [(name: String, layout: ColumnLayout)]
    var verb = "INSERT"

    private var sql: String {
        let names = columns.map(\.name).joined(separator: ", ")
        let values = columns.indices.map { "c\($0)" }.joined(separator: ", ")
        return "\(verb) INTO \(table) (\(names)) SELECT \(values) FROM batch_rows(?1)"
    }

    /// Appends the rows to the table.
    ///
    /// `Row` holds no references.
    func callAsFunction<Row>(_ db: Database, _ rows: [Row], texts: TextArena) throws {
        guard !rows.isEmpty, let connection = db.sqliteConnection else { return }
        let ends = texts.ends.map(Int64.init)
        let code = rows.withUnsafeBytes { memory in
            texts.bytes.withUnsafeBytes { bytes in
                ends.withUnsafeBufferPointer { ends in
                    withColumns(memory, stride: MemoryLayout<Row>.stride, bytes: bytes, ends: ends)
                    { columns in
                        var batch = aw_rows(
                            count: Int64(rows.count),
                            column_count: Int32(columns.count),
                            columns: columns.baseAddress
                        )
                        return aw_run_with_rows(connection, sql, &batch)
                    }
                }
            }
        }
        guard code == SQLITE_OK else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message:
                    "storing \(rows.count) rows in \(table): \(db.lastErrorMessage ?? "unknown")"
            )
        }
    }

    private func withColumns(
        _ memory: UnsafeRawBufferPointer,
        stride: Int,
        bytes: UnsafeRawBufferPointer,
        ends: UnsafeBufferPointer<Int64>,
        _ body: (UnsafeBufferPointer<aw_column>) -> Int32
    ) -> Int32 {
        // The arrays stay alive in `columns` until the statement has run.
        withExtendedLifetime(columns) {
            var arrays: [UnsafeMutableBufferPointer<Int64>] = []
            defer { for array in arrays { array.deallocate() } }
            func property(_ type: aw_column_type, at offset: Int) -> aw_column {
                column64(type, base: memory.baseAddress, offset: offset, stride: stride)
            }
            let laidOut = columns.map { column -> aw_column in
                switch column.layout {
                case .int64(let offset): return property(AW_INT64, at: offset)
                case .uint8(let offset, let nullIfZero):
                    var byte = property(AW_UINT8, at: offset)
                    byte.null_if_zero = nullIfZero ? 1 : 0
                    return byte
                case .uint32(let offset): return property(AW_UINT32, at: offset)
                case .text(let offset), .blob(let offset):
                    var type = AW_TEXT
                    if case .blob = column.layout { type = AW_BLOB }
                    var text = property(type, at: offset)
                    text.ends = ends.baseAddress
                    text.bytes = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                    return text
                case .array(let values):
                    let copy = UnsafeMutableBufferPointer<Int64>.allocate(capacity: values.count)
                    _ = copy.initialize(from: values)
                    arrays.append(copy)
                    return column64(
                        AW_INT64,
                        base: UnsafeRawPointer(copy.baseAddress),
                        offset: 0,
                        stride: 8
                    )
                }
            }
            return laidOut.withUnsafeBufferPointer(body)
        }
    }

    private func column64(
        _ type: aw_column_type,
        base: UnsafeRawPointer?,
        offset: Int,
        stride: Int
    ) -> aw_column {
        aw_column(
            type: type,
            null_if_zero: 0,
            base: base.map { $0 + offset },
            stride: stride,
            ends: nil,
            bytes: nil
        )
    }
}

/// The byte at which a stored property of a row lies.
func offset<Row>(_ property: PartialKeyPath<Row>) -> Int {
    guard let offset = MemoryLayout<Row>.offset(of: property) else {
        preconditionFailure("\(property) is not stored inline")
    }
    return offset
}
