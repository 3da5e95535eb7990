package import EventStorage
import GRDB
package import Pricing

/// What a new database begins with.
package struct StoreSeed: Sendable {
    package var thresholds: [ThresholdRow]
    package var prices: [ModelPrice]

    package init(thresholds: [ThresholdRow], prices: [ModelPrice]) {
        self.thresholds = thresholds
        self.prices = prices
    }

    func store(_ db: Database) throws {
        try ThresholdRow.replace(with: thresholds, db)
        try PriceRows.replace(with: prices, db)
    }
}
