import EventStorage

/// Stores what local stores send.
struct ShipmentWriter {
    let connection: ServerConnection

    /// Stores a shipment; once this has returned, the server has all of it.
    ///
    /// - Throws: `StoreError`; then it may have a part, and is to be sent again.
    func store(_ shipment: Shipment) throws {
        switch shipment.rows {
        case .names(let names):
            try insert(names, into: "names", "kind, name") {
                $0.put($1.kind)
                $0.put(text: Array($1.name.utf8))
            }
        case .events(let events):
            for block in EventRows.blocks(events, of: shipment) {
                try insert("events", EventRows.columns, block)
            }
        case .requests(let requests):
            for block in RequestRows.blocks(requests, of: shipment) {
                try insert("requests", RequestRows.columns, block)
            }
        case .cells(let cells):
            try insert(cells, into: "cells", RowBinaryWriter.cellColumns) {
                $0.put($1, of: shipment)
            }
        case .quarters(let quarters):
            try insert(quarters, into: "quarters", RowBinaryWriter.quarterColumns) {
                $0.put($1, of: shipment)
            }
        case .ledger(let ledger):
            try insert(ledger, into: "ledger", RowBinaryWriter.ledgerColumns) {
                $0.put($1, of: shipment)
            }
        case .standing(let standing):
            try insert(standing.agents, into: "agents", RowBinaryWriter.agentColumns) {
                $0.put($1, of: shipment)
            }
            try insert([standing], into: "writers", RowBinaryWriter.writerColumns) {
                $0.put($1, of: shipment)
            }
        }
    }

    private func insert<Row>(
        _ values: [Row],
        into table: String,
        _ columns: String,
        _ put: (inout RowBinaryWriter, Row) -> Void
    ) throws {
        guard !values.isEmpty else { return }
        var rows = RowBinaryWriter()
        for value in values { put(&rows, value) }
        try insert(table, columns, rows)
    }

    private func insert(_ table: String, _ columns: String, _ rows: RowBinaryWriter) throws {
        try connection.insert(
            "INSERT INTO \(table) (\(columns)) FORMAT RowBinary",
            rows: rows.bytes,
            operation: "storing in \(table)"
        )
    }
}
