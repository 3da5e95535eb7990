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
            for places in PartitionGroups.of(cells.map(\.partitionMinute)) {
                try insert(places.map { cells[$0] }, into: "cells", RowBinaryWriter.cellColumns) {
                    $0.put($1, of: shipment)
                }
            }
        case .quarters(let quarters):
            try insert(quarters, into: "quarters", RowBinaryWriter.quarterColumns) {
                $0.put($1, of: shipment)
            }
        case .ledger(let ledger):
            try insert(ledger, into: "ledger", RowBinaryWriter.ledgerColumns) {
                $0.put($1, of: shipment)
            }
        case .offers(let offers): try store(offers, of: shipment)
        case .standing(let standing):
            try storeTaken(standing.taken, owner: shipment.writer)
            try insert(standing.agents, into: "agents", RowBinaryWriter.agentColumns) {
                $0.put($1, of: shipment)
            }
            try insert([standing], into: "writers", RowBinaryWriter.writerColumns) {
                $0.put($1, of: shipment)
            }
        }
    }

    /// How far they go is stored last, so that whoever reads it finds all of them.
    private func store(_ offers: [ShippedOffer], of shipment: Shipment) throws {
        try insert(offers, into: "offers", "owner, writer, number, minute, event") {
            $0.put($1.owner)
            $0.put(shipment.writer)
            $0.put($1.number)
            $0.put(UInt32(truncatingIfNeeded: $1.minute))
            $0.put($1.event)
        }
        let last = Dictionary(offers.map { ($0.owner, $0.number) }, uniquingKeysWith: max)
        try insert(last.sorted { $0.key < $1.key }, into: "handovers", Self.handoverColumns) {
            $0.put($1.key)
            $0.put(shipment.writer)
            $0.put(UInt8(0))
            $0.put($1.value)
        }
    }

    private func storeTaken(_ taken: [Int64: Int64], owner: Int64) throws {
        let rows = taken.sorted { $0.key < $1.key }
        try insert(rows, into: "handovers", Self.handoverColumns) {
            $0.put(owner)
            $0.put($1.key)
            $0.put(UInt8(1))
            $0.put($1.value)
        }
    }

    private static let handoverColumns = "owner, writer, is_taken, number"

    /// Stores what an owner has found with others.
    func store(wishes: [(writer: Int64, id: [UInt8])], of owner: Int64, version: Int64) throws {
        try insert(wishes, into: "wishes", "writer, owner, version, request_id") {
            $0.put($1.writer)
            $0.put(owner)
            $0.put(version)
            $0.put(text: $1.id)
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
