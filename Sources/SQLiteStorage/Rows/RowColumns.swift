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

/// Stores fixed-size rows with one statement, straight from memory.
struct RowInsert {
    var table: String
    var columns: [(name: String, layout: ColumnLayout)]
    var verb = "INSERT"

    /// Appends the rows to the table.
    ///
    /// `Row` holds no references. `places`: which of `rows` are stored, in this order, as the columns
    /// that are arrays of their own go; `nil` for all.
    func callAsFunction<Row>(
        _ db: Database,
        _ rows: [Row],
        at places: [Int32]? = nil,
        texts: TextArena
    ) throws {
        let count = places?.count ?? rows.count
        guard count > 0, let connection = db.sqliteConnection else { return }
        let code = rows.withUnsafeBytes { memory in
            texts.ends.withUnsafeBufferPointer { ends in
                texts.bytes.withUnsafeBytes { bytes in
                    withPlaces(places) { places in
                        let memory = RowMemory(
                            rows: memory,
                            stride: MemoryLayout<Row>.stride,
                            count: count,
                            places: places,
                            ends: ends.baseAddress,
                            bytes: bytes
                        )
                        return insert(memory, into: connection)
                    }
                }
            }
        }
        guard code == SQLITE_OK else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: "storing \(count) rows in \(table): \(db.lastErrorMessage ?? "unknown")"
            )
        }
    }

    private func withPlaces(
        _ places: [Int32]?,
        _ body: (UnsafePointer<Int32>?) -> Int32
    ) -> Int32 {
        guard let places else { return body(nil) }
        return places.withUnsafeBufferPointer { body($0.baseAddress) }
    }

    private func insert(_ memory: RowMemory, into connection: OpaquePointer) -> Int32 {
        // A column in which no row has a value is left out, which saves asking for each of them.
        let filled = columns.filter { !memory.isEmpty($0.layout) }
        let names = filled.map(\.name).joined(separator: ", ")
        let values = filled.indices.map { "c\($0)" }.joined(separator: ", ")
        let sql = "\(verb) INTO \(table) (\(names)) SELECT \(values) FROM batch_rows(?1)"
        var arrays: [UnsafeMutableBufferPointer<Int64>] = []
        defer { for array in arrays { array.deallocate() } }
        let laidOut = filled.map { memory.column($0.layout, arrays: &arrays) }
        return laidOut.withUnsafeBufferPointer { laidOut in
            var batch = aw_rows(
                count: Int64(memory.count),
                column_count: Int32(laidOut.count),
                columns: laidOut.baseAddress
            )
            return aw_run_with_rows(connection, sql, &batch)
        }
    }
}

/// Rows and their texts where they lie, for the time of one insertion.
private struct RowMemory {
    let rows: UnsafeRawBufferPointer
    let stride: Int
    /// The number of rows that are stored.
    let count: Int
    let places: UnsafePointer<Int32>?
    let ends: UnsafePointer<Int64>?
    let bytes: UnsafeRawBufferPointer

    /// `arrays`: gets the memory that the column needs beside the rows.
    func column(
        _ layout: ColumnLayout,
        arrays: inout [UnsafeMutableBufferPointer<Int64>]
    ) -> aw_column {
        switch layout {
        case .int64(let offset): return property(AW_INT64, at: offset)
        case .uint8(let offset, let nullIfZero):
            var byte = property(AW_UINT8, at: offset)
            byte.null_if_zero = nullIfZero ? 1 : 0
            return byte
        case .uint32(let offset): return property(AW_UINT32, at: offset)
        case .text(let offset): return text(AW_TEXT, at: offset)
        case .blob(let offset): return text(AW_BLOB, at: offset)
        case .array(let values):
            let copy = UnsafeMutableBufferPointer<Int64>.allocate(capacity: values.count)
            _ = copy.initialize(from: values)
            arrays.append(copy)
            var column = property(AW_INT64, at: 0)
            column.base = UnsafeRawPointer(copy.baseAddress)
            column.stride = MemoryLayout<Int64>.stride
            column.places = nil
            return column
        }
    }

    private func text(_ type: aw_column_type, at offset: Int) -> aw_column {
        var text = property(type, at: offset)
        text.ends = ends
        text.bytes = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        return text
    }

    private func property(_ type: aw_column_type, at offset: Int) -> aw_column {
        aw_column(
            type: type,
            null_if_zero: 0,
            base: rows.baseAddress.map { $0 + offset },
            stride: stride,
            places: places,
            ends: nil,
            bytes: nil
        )
    }

    /// Whether no row has a value in a column.
    func isEmpty(_ layout: ColumnLayout) -> Bool {
        switch layout {
        case .int64(let offset): holdsOnly(Int64.min, at: offset)
        case .uint8(let offset, let nullIfZero): nullIfZero && holdsOnly(UInt8(0), at: offset)
        case .uint32(let offset), .text(let offset), .blob(let offset):
            holdsOnly(UInt32(0), at: offset)
        case .array: false
        }
    }

    private func holdsOnly<Value: BitwiseCopyable & Equatable>(
        _ value: Value,
        at offset: Int
    ) -> Bool {
        (0..<count).allSatisfy { row in
            let place = places.map { Int($0[row]) } ?? row
            return rows.loadUnaligned(fromByteOffset: place * stride + offset, as: Value.self)
                == value
        }
    }
}

/// The byte at which a stored property of a row lies.
func offset<Row>(_ property: PartialKeyPath<Row>) -> Int {
    guard let offset = MemoryLayout<Row>.offset(of: property) else {
        preconditionFailure("\(property) is not stored inline")
    }
    return offset
}
