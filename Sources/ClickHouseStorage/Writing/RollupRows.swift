import AgentEvents
import EventStorage
import Rollups

extension ShippedCell {
    /// A minute of the day whose partition it belongs to; those of greater widths have one together.
    var partitionMinute: Int64 { width == BucketWidth.minute.rawValue ? bucket : 0 }
}

/// The rows of `cells`, `quarters` and `ledger` that a shipment makes.
extension RowBinaryWriter {
    static let cellColumns = """
        series, width, bucket, writer, key, version, removed, agent, subject, provider, others, code, cell
        """

    mutating func put(_ cell: ShippedCell, of shipment: Shipment) {
        put(UInt8(truncatingIfNeeded: cell.series))
        put(UInt8(truncatingIfNeeded: cell.width))
        put(cell.bucket)
        put(shipment.writer)
        put(cell.key)
        put(shipment.version)
        put(UInt8(cell.cell == nil ? 1 : 0))
        var others: UInt8 = 0
        for (bit, name) in [cell.agent, cell.subject, cell.provider].enumerated() {
            switch name {
            case .none: put(text: [])
            case .name(let text): put(text: Array(text.utf8))
            case .others:
                put(text: [])
                others |= 1 << UInt8(bit)
            }
        }
        put(others)
        put(UInt8(truncatingIfNeeded: cell.code))
        put(text: cell.cell ?? [])  // removed, as said above
    }

    static let quarterColumns = "bucket, writer, version, units, has_minutes"

    mutating func put(_ quarter: QuarterVolume, of shipment: Shipment) {
        put(quarter.bucket)
        put(shipment.writer)
        put(shipment.version)
        put(quarter.units)
        put(UInt8(quarter.hasMinutes ? 1 : 0))
    }

    static let ledgerColumns =
        "minute, writer, source, version, "
        + SourceLedger.counts.map(\.name).joined(separator: ", ")

    mutating func put(_ ledger: ShippedLedger, of shipment: Shipment) {
        put(ledger.minute)
        put(shipment.writer)
        put(ledger.source)
        put(shipment.version)
        for (_, path) in SourceLedger.counts { put(ledger.ledger[keyPath: path]) }
    }
}
