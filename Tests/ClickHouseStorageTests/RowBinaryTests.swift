import ClickHouseStorage
import EventStorage
import Synchronization
import Testing

/// Rows as the servers write and read them.
struct RowBinaryTests {
    private struct Entry: Equatable, Sendable {
        var small: UInt8
        var signed: Int64
        var wide: Int128
        var known: Int64?
        var text: [UInt8]
        var list: [UInt32]

        init(_ reader: inout RowBinaryReader) throws {
            small = try reader.integer()
            signed = try reader.integer()
            let low: UInt64 = try reader.integer()
            let high: Int64 = try reader.integer()
            wide = Int128(high) << 64 | Int128(low)
            known = try reader.optional()
            text = Array(try reader.text())
            list = try reader.array()
        }

        init(number: Int, text: [UInt8], list: [UInt32]) {
            small = UInt8(truncatingIfNeeded: number)
            signed = number.isMultiple(of: 2) ? .min + Int64(number) : .max - Int64(number)
            wide = Int128(number) << 70 - 1
            known = number.isMultiple(of: 3) ? nil : -Int64(number)
            (self.text, self.list) = (text, list)
        }

        func write(to writer: inout RowBinaryWriter) {
            writer.put(small)
            writer.put(signed)
            writer.put(UInt64(truncatingIfNeeded: wide))
            writer.put(Int64(truncatingIfNeeded: wide >> 64))
            writer.put(optional: known)
            writer.put(text: text)
            writer.put(array: list)
        }
    }

    private static let columns = """
        small UInt8, signed Int64, low UInt64, high Int64, known Nullable(Int64), text String,
        list Array(UInt32)
        """

    /// Rows of every length around those at which a length takes a byte more.
    private static let entries = (0..<3_000).map { number in
        let length = number < 200 ? number : number % 7 == 0 ? 16_380 + number % 9 : number % 40
        return Entry(
            number: number,
            text: (0..<length).map { UInt8(truncatingIfNeeded: $0 &* number) },
            list: number % 5 == 0 ? (0..<UInt32(number % 300)).map { .max - $0 } : []
        )
    }

    @Test("What is written is what is read, value by value", arguments: TestEngine.installed)
    func roundTrip(engine: TestEngine) throws {
        let server = try engine.connection()
        let table = "rows_\(UInt32.random(in: 0...UInt32.max))"
        let creation = "CREATE TABLE \(table) (\(Self.columns)) ENGINE = Log"
        try server.execute(creation, operation: "making")
        var writer = RowBinaryWriter()
        for entry in Self.entries { entry.write(to: &writer) }
        let insertion = "INSERT INTO \(table) FORMAT RowBinary"
        try server.insert(insertion, rows: writer.bytes, operation: "adding")
        let found = Mutex<[Entry]>([])
        try server.rows(
            "SELECT * FROM \(table)",
            operation: "asking",
            decode: Entry.init,
            take: { entry in found.withLock { $0.append(entry) } }
        )
        #expect(found.withLock { $0.sorted { ($0.wide) < ($1.wide) } } == Self.entries)
        // The server's own reading of it, as far as text shows it.
        let sums = """
            SELECT sum(length(text)), sum(length(list)), countIf(isNull(known)), min(signed)
            FROM \(table)
            """
        let expected: [Int64] = [
            Int64(Self.entries.reduce(0) { $0 + $1.text.count }),
            Int64(Self.entries.reduce(0) { $0 + $1.list.count }),
            Int64(Self.entries.count { $0.known == nil }), Self.entries.map(\.signed).min() ?? 0,
        ]
        let text = expected.map(String.init).joined(separator: "\t") + "\n"
        #expect(try server.answer(sums) == text)
        try server.execute("DROP TABLE \(table)", operation: "dropping")
    }

    @Test(
        "Rows of other columns, and answers that end in a row, are damage",
        arguments: TestEngine.installed
    )
    func others(engine: TestEngine) throws {
        let server = try engine.connection()
        for columns in [
            "toUInt8(7)", "toUInt32(0), toUInt8(9), toUInt64(1)", "toUInt8(2), toUInt64(1)",
        ] {
            let error = try #require(throws: StoreError.self) {
                try server.rows(
                    "SELECT \(columns)",
                    operation: "asking",
                    decode: { (try $0.optional(Int64.self), try $0.text().count) },
                    take: { _ in }
                )
            }
            #expect(error.code == .damaged, "\(columns): \(error)")
        }
    }

    @Test("What a row's reader throws is handed on")
    func thrown() throws {
        struct Enough: Error {}
        let engine = try #require(TestEngine.installed.first)
        #expect(throws: Enough.self) {
            try engine.connection().rows(
                "SELECT 1",
                operation: "asking",
                decode: { try $0.integer(UInt8.self) },
                take: { _ in throw Enough() }
            )
        }
    }
}
