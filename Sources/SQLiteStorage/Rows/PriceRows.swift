import AgentEvents
import GRDB
import Pricing

/// The rows of `prices` and `model_windows`, which belong together by pattern, provider and time.
enum PriceRows {
    static func load(_ db: Database) throws -> [ModelPrice] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT p.pattern, p.provider, p.valid_from, p.above_input, p.input, p.output,
                    p.cache_read, p.cache_write, p.cache_write_1h, w.context_window
                FROM prices p LEFT JOIN model_windows w USING (pattern, provider, valid_from)
                UNION ALL
                SELECT w.pattern, w.provider, w.valid_from, 0, NULL, NULL, NULL, NULL, NULL,
                    w.context_window
                FROM model_windows w WHERE NOT EXISTS (
                    SELECT 1 FROM prices p WHERE p.pattern = w.pattern AND p.provider = w.provider
                        AND p.valid_from = w.valid_from)
                """
        )
        return try rows.map { row in
            let provider: String = try row.value(1)
            return ModelPrice(
                pattern: try row.value(0),
                provider: provider.isEmpty ? nil : provider,
                validFrom: Timestamp(micros: try row.value(2)),
                aboveInput: try row.value(3),
                input: try row.value(4),
                output: try row.value(5),
                cacheRead: try row.value(6),
                cacheWrite: try row.value(7),
                cacheWriteHour: try row.value(8),
                contextWindow: try row.value(9)
            )
        }
    }

    static func replace(with prices: [ModelPrice], _ db: Database) throws {
        try db.execute(sql: "DELETE FROM prices; DELETE FROM model_windows")
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO prices (pattern, provider, valid_from, above_input, input, output,
                    cache_read, cache_write, cache_write_1h) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        let insertWindow = try db.cachedStatement(
            sql: """
                INSERT INTO model_windows (pattern, provider, valid_from, context_window)
                VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
                """
        )
        for price in prices {
            let provider = price.provider ?? ""  // '' is any provider in the table
            if price.input != nil {
                try insert.execute(arguments: [
                    price.pattern, provider, price.validFrom.micros, price.aboveInput, price.input,
                    price.output, price.cacheRead, price.cacheWrite, price.cacheWriteHour,
                ])
            }
            guard let window = price.contextWindow else { continue }
            try insertWindow.execute(arguments: [
                price.pattern, provider, price.validFrom.micros, window,
            ])
        }
    }
}
