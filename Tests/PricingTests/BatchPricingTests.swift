import AgentEvents
import Pricing
import Testing

struct BatchPricingTests {
    private static let table = PriceTable(prices: [
        ModelPrice(
            pattern: "paid",
            input: 1_000_000,
            output: 2_000_000,
            contextWindow: 1_000
        ),
        ModelPrice(pattern: "paid", provider: "dear", input: 5_000_000, output: 5_000_000),
        ModelPrice(pattern: "free", input: 0, output: 0, contextWindow: 500),
        ModelPrice(
            pattern: "dated",
            validFrom: Timestamp(micros: 1_000),
            input: 3_000_000,
            output: 3_000_000
        ),
    ])

    private static func batch(
        _ model: String,
        provider: String? = nil,
        at micros: Int64 = 5_000,
        _ change: (inout AgentEvent) -> Void
    ) -> EventBatch {
        var batch = EventBatch()
        var event = AgentEvent(
            kind: .llmCall,
            source: 0,
            offset: 0,
            timestamp: Timestamp(micros: micros)
        )
        var model = model
        event.subject = model.withUTF8 { batch.name(.model, UnsafeRawBufferPointer($0)) }
        if var provider {
            event.provider = provider.withUTF8 {
                batch.name(.provider, UnsafeRawBufferPointer($0))
            }
        }
        event.uncachedInput = Optional64(100)
        event.output = Optional64(10)
        change(&event)
        batch.events = [event]
        return batch
    }

    private static func priced(_ batch: EventBatch) -> AgentEvent {
        var batch = batch
        table.price(&batch)
        return batch.events[0]
    }

    @Test("What has no price, no tokens or is no LLM call stays without a cost")
    func nothingToFill() {
        #expect(Self.priced(Self.batch("unknown") { _ in }).cost == nil)
        #expect(Self.priced(Self.batch("paid") { $0.output = nil }).cost == nil)
        #expect(Self.priced(Self.batch("dated", at: 999) { _ in }).cost == nil)
        let tool = Self.priced(Self.batch("paid") { $0.kind = .toolCall })
        #expect(tool.cost == nil && tool.contextWindow == nil)
        #expect(Self.priced(Self.batch("paid") { $0.subject = .none }).cost == nil)
    }

    @Test("A missing cost and window come from the price in force")
    func filled() {
        let event = Self.priced(Self.batch("paid") { _ in })
        #expect(event.cost == Optional64(120_000))
        #expect(event.contextWindow == Optional64(1_000))
        #expect(!event.flags.contains(.costLogged))
        #expect(Self.priced(Self.batch("paid", provider: "dear") { _ in }).cost.value == 550_000)
        #expect(Self.priced(Self.batch("dated", at: 1_000) { _ in }).cost.value == 330_000)
    }

    @Test("What the log said stays")
    func logged() {
        let event = Self.priced(
            Self.batch("paid") {
                $0.cost = Optional64(7)
                $0.flags = .costLogged
                $0.contextWindow = Optional64(9)
            }
        )
        #expect(event.cost == Optional64(7))
        #expect(event.contextWindow == Optional64(9))
        #expect(event.flags == .costLogged)
    }

    private static func zero(_ event: inout AgentEvent) {
        event.cost = Optional64(0)
        event.flags = .costLogged
    }

    @Test("A logged 0 beside tokens is missing, unless the model is known to be free")
    func loggedZero() {
        let paid = Self.priced(Self.batch("paid", Self.zero))
        #expect(paid.cost == Optional64(120_000) && paid.flags == [])
        let unknown = Self.priced(Self.batch("unknown", Self.zero))
        #expect(unknown.cost == nil && unknown.flags == [])
        let free = Self.priced(Self.batch("free", Self.zero))
        #expect(free.cost == Optional64(0) && free.flags == .costLogged)
        let noTokens = Self.priced(
            Self.batch("paid") {
                Self.zero(&$0)
                $0.uncachedInput = nil
                $0.output = Optional64(0)
            }
        )
        #expect(noTokens.cost == Optional64(0) && noTokens.flags == .costLogged)
        let onlyCache = Self.priced(
            Self.batch("paid") {
                Self.zero(&$0)
                $0.uncachedInput = nil
                $0.output = nil
                $0.cacheRead = Optional64(3)
            }
        )
        #expect(onlyCache.cost == nil && onlyCache.flags == [])
    }

    @Test("Pricing twice changes nothing")
    func idempotent() {
        var once = Self.batch("paid", Self.zero)
        Self.table.price(&once)
        var twice = once
        Self.table.price(&twice)
        #expect(once.events == twice.events)
    }
}
