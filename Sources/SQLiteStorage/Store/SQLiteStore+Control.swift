package import EventStorage
import GRDB
package import Pricing

extension SQLiteStore {
    package func replaceThresholds(
        _ rows: [ThresholdRow],
        receivers: [ReceiverConfiguration]
    ) throws {
        try write { db in
            try ThresholdRow.replace(with: rows, db)
            try ReceiverTable.replace(with: receivers, db)
        }
    }

    package func prices() throws -> [ModelPrice] {
        try Self.mappingErrors(path) { try reader.read(PriceRows.load) }
    }
}
