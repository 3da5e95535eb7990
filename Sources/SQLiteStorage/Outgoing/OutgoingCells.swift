import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Reads rollup cells with the names of their keys.
struct OutgoingCells {
    private let db: Database
    private var names: [UInt32: ShippedCell.Name] = [
        0: .none, CellKey.otherName.rawValue: .others,
    ]

    init(_ db: Database) { self.db = db }

    /// How many bytes of cells a shipment has, but for the last cell.
    private static let maxBytes = 32 << 20

    /// The cells at the first noted places, those that are no longer there without bytes; fewer than there are notes
    /// where they take too much memory.
    mutating func cells(noted: [[Int64]]) throws -> [ShippedCell] {
        var cells: [ShippedCell] = []
        var bytes = 0
        for place in noted where bytes <= Self.maxBytes {
            var cell = ShippedCell(
                series: place[0],
                width: place[1],
                bucket: place[2],
                key: place[3]
            )
            try takeKey(&cell)
            let sql = """
                SELECT cell FROM cells WHERE series = ? AND width = ? AND bucket = ? AND key = ?
                """
            try db.forEachStep(sql, Array(place[..<4])) { cell.cell = Array($0.bytes(0)) }
            bytes += cell.cell?.count ?? 0  // it is gone
            cells.append(cell)
        }
        return cells
    }

    private mutating func takeKey(_ cell: inout ShippedCell) throws {
        // The number of a cell of all calls with one code is that code.
        guard cell.width <= BucketWidth.day.rawValue else {
            cell.code = cell.key
            return
        }
        var ids: [UInt32] = []
        let sql = "SELECT agent, subject, provider, code FROM cell_keys WHERE id = ?"
        try db.forEachStep(sql, [cell.key]) { row in
            ids = (0..<3).map { UInt32(truncatingIfNeeded: row.int64($0)) }
            cell.code = row.int64(3)
        }
        guard ids.count == 3 else { return }
        cell.agent = try name(ids[0])
        cell.subject = try name(ids[1])
        cell.provider = try name(ids[2])
    }

    private mutating func name(_ id: UInt32) throws -> ShippedCell.Name {
        if let known = names[id] { return known }
        let find = try db.cachedStatement(sql: "SELECT name FROM names WHERE id = ?")
        let name = try String.fetchOne(find, arguments: [id]).map(ShippedCell.Name.name) ?? .none
        names[id] = name
        return name
    }
}
