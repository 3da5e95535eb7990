import AgentEvents
import CSQLiteBatch
import EventStorage
import GRDB

/// One row of integers, as `RowScan` hands it over.
struct ScannedRow {
    /// The values of the row; `Int64.min` is NULL.
    private let values: UnsafePointer<Int64>

    init(_ values: UnsafePointer<Int64>) { self.values = values }

    func int64(_ column: Int) -> Int64 { values[column] }

    /// NULL is 0, which codes and flags have for "none".
    func uint8(_ column: Int) -> UInt8 { UInt8(truncatingIfNeeded: values[column]) }

    func bool(_ column: Int) -> Bool { values[column] == 1 }

    /// NULL is index 0: no name.
    func name(_ column: Int) -> NameIndex {
        NameIndex(rawValue: UInt32(truncatingIfNeeded: values[column]))
    }

    func optional(_ column: Int) -> Optional64 { Optional64(raw: values[column]) }
}

/// Reads integer columns of millions of rows: no statement is stepped and no object made for any.
struct RowScan {
    let columns: [String]
    /// `FROM` and what follows; its parameters begin at `?2`.
    let source: String

    /// Makes a unit of each row and hands them to `body` in chunks.
    func run<Unit>(
        _ arguments: [Int64],
        _ db: Database,
        unit: @escaping (ScannedRow) -> Unit,
        _ body: ([Unit]) throws -> Void
    ) throws {
        try withoutActuallyEscaping(body) { body in
            let sink = Sink(width: columns.count, unit: unit, body: body)
            let sql = "SELECT collect_rows(?1, \(columns.joined(separator: ", "))) \(source)"
            let code = withExtendedLifetime(sink) {
                aw_collect(
                    db.sqliteConnection,
                    sql,
                    arguments,
                    Int32(arguments.count),
                    { context, values, rows in
                        guard let context, let values else { return 1 }
                        return Unmanaged<AnySink>.fromOpaque(context).takeUnretainedValue()
                            .take(values, Int(rows))
                    },
                    Unmanaged<AnySink>.passUnretained(sink).toOpaque()
                )
            }
            if let error = sink.error { throw error }
            try SQLiteStore.check(code, sql)
        }
    }

    /// What a C function can hold of a `Sink`.
    private class AnySink {
        func take(_ values: UnsafePointer<Int64>, _ rows: Int) -> Int32 { 1 }
    }

    private final class Sink<Unit>: AnySink {
        private let width: Int
        private let unit: (ScannedRow) -> Unit
        private let body: ([Unit]) throws -> Void
        private(set) var error: (any Error)?

        init(
            width: Int,
            unit: @escaping (ScannedRow) -> Unit,
            body: @escaping ([Unit]) throws -> Void
        ) {
            self.width = width
            self.unit = unit
            self.body = body
        }

        override func take(_ values: UnsafePointer<Int64>, _ rows: Int) -> Int32 {
            do {
                try body((0..<rows).map { unit(ScannedRow(values + $0 * width)) })
                return 0
            } catch {
                self.error = error
                return 1
            }
        }
    }
}
