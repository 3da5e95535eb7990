import AgentEvents
import EventStorage
import Presentation

/// The rows of a query, held for a table, up to a limit.
struct SQLRows {
    var columns: [String] = []
    private(set) var rows: [[SQLValue]] = []
    private(set) var isFull = false

    static let maxRows = 10_000

    /// Thrown to stop a query whose further rows would not be shown.
    struct Full: Error {}

    /// Takes one row.
    mutating func append(_ row: [SQLValue]) throws {
        guard rows.count < Self.maxRows else {
            isFull = true
            throw Full()
        }
        rows.append(row)
    }

    /// A column of which every value is a number leans right.
    func table() -> TextTable {
        var table = TextTable(
            columns.indices.map { index in
                let name = SafeText.line(columns[index])
                return isNumeric(index) ? .number(name) : .text(name, shrinksTo: 12)
            }
        )
        for row in rows { table.append(row.map { TextTable.Cell(Self.text($0)) }) }
        return table
    }

    private func isNumeric(_ column: Int) -> Bool {
        !rows.isEmpty
            && rows.allSatisfy { row in
                switch row[column] {
                case .integer, .real, .null: true
                case .text, .blob: false
                }
            }
    }

    private static func text(_ value: SQLValue) -> String {
        switch value {
        case .null: ""
        case .integer(let value): String(value)
        case .real(let value): "\(value)"
        case .text(let text): text
        case .blob(let bytes): Hexadecimal.text(bytes)
        }
    }

    /// One value; bytes as hexadecimal digits.
    static func json(_ value: SQLValue) -> JSONValue {
        switch value {
        case .null: .null
        case .integer(let value): .integer(value)
        case .real(let value): .real(value)
        case .text(let text): .string(text)
        case .blob(let bytes): .string(Hexadecimal.text(bytes))
        }
    }
}
