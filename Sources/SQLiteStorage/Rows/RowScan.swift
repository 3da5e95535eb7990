import AgentEvents
import CSQLiteBatch
import EventStorage
import GRDB

/// One row of integers, as `RowScan` hands it over.
struct ScannedRow {
    /// The values of the row; `Int64.min` is NULL.
    fileprivate let values: UnsafePointer<Int64>

    fileprivate init(values: UnsafePointer<Int64>) { self.values = values }

    /// A view of contiguous column values, valid only during the callback.
    init?(_ values: UnsafeBufferPointer<Int64>) {
        guard let start = values.baseAddress else { return nil }
        self.values = start
    }

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

/// Rows that lie one after the other, valid for one call.
struct ScannedRows {
    fileprivate let values: UnsafePointer<Int64>
    fileprivate let width: Int
    let count: Int

    subscript(index: Int) -> ScannedRow { ScannedRow(values: values + index * width) }
}

/// Reads integer columns of millions of rows: no statement is stepped and no object made for any.
struct RowScan {
    let columns: [String]
    /// `FROM` and what follows; its parameters begin at `?2`.
    let source: String

    /// Hands the rows to `body` in chunks.
    ///
    /// `whenLong`: is called once where there turn out to be many rows. From then on `body` runs on
    /// another thread, a chunk at a time and in order, while this one reads on; it must not use the
    /// connection any more. `nil`: everything happens here.
    func run(
        _ arguments: [Int64],
        in db: Database,
        whenLong: (() throws -> Void)? = nil,
        _ body: (ScannedRows) throws -> Void
    ) throws {
        try withoutActuallyEscaping(body) { body in
            let sink = Sink(width: columns.count, whenLong: whenLong, body: body)
            let sql = "SELECT collect_rows(?1, \(columns.joined(separator: ", "))) \(source)"
            let code = withExtendedLifetime(sink) {
                aw_collect(
                    db.sqliteConnection,
                    sql,
                    arguments,
                    Int32(arguments.count),
                    { context, values, rows in
                        guard let context, let values else { return 1 }
                        return Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                            .take(values, Int(rows))
                    },
                    whenLong == nil
                        ? nil
                        : { context in
                            guard let context else { return 1 }
                            return Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                                .prepare()
                        },
                    Unmanaged.passUnretained(sink).toOpaque()
                )
            }
            if let error = sink.error { throw error }
            try DatabaseError.check(code, sql)
        }
    }

    /// Carries the bodies through SQLite, and the error that one throws back.
    private final class Sink {
        private let width: Int
        private let whenLong: (() throws -> Void)?
        private let body: (ScannedRows) throws -> Void
        private(set) var error: (any Error)?

        init(
            width: Int,
            whenLong: (() throws -> Void)?,
            body: @escaping (ScannedRows) throws -> Void
        ) {
            self.width = width
            self.whenLong = whenLong
            self.body = body
        }

        func take(_ values: UnsafePointer<Int64>, _ rows: Int) -> Int32 {
            run { try body(ScannedRows(values: values, width: width, count: rows)) }
        }

        func prepare() -> Int32 { run { try whenLong?() } }

        private func run(_ body: () throws -> Void) -> Int32 {
            do {
                try body()
                return 0
            } catch {
                self.error = error
                return 1
            }
        }
    }
}
