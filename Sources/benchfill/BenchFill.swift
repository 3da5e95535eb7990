import AgentEvents
import EventStorage
import Pipeline
import Pricing

/// `benchfill DATABASE EVENTS [SEED [END]]` fills a store for the bench, with events up to about END
/// in seconds since 1970.
///
/// The generated events go through the store's ordinary commits, but no log is written or read. It is
/// no part of the product.
@main
enum BenchFill {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count >= 3, let events = Int64(words[2]), events > 0 else {
            print("usage: benchfill DATABASE EVENTS [SEED [END]]")
            return
        }
        let seed = words.count > 3 ? UInt64(words[3]) : 1
        let store = try StoreChoice.openForWriting(words[1])
        let prices = PriceTable(prices: try store.prices())
        let end = words.count > 4 ? Int64(words[4]).map { Timestamp(micros: $0 * 1_000_000) } : nil
        // 1, as where none is given
        var log = GeneratedLog(events: events, seed: seed ?? 1, end: end)
        var position = SourcePosition(path: "generated")
        let now = SystemClock.now()
        while true {
            let start = log.offset
            guard var generated = log.next() else { break }
            prices.price(&generated)
            var progress = SourceProgress(startOffset: start, position: position)
            progress.position.offset = log.offset
            progress.position.size = log.offset
            progress.ledger.lines = Int64(generated.events.count)
            progress.ledger.events = progress.ledger.lines
            progress.ledger.bytes = log.offset - start
            position = progress.position
            var batch = IngestBatch()
            batch.events = generated
            batch.sources = [progress]
            _ = try store.commit(batch, now: now)
        }
        try store.sync()
    }
}
