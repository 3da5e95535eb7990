import AgentEvents
import Pricing
import Testing

struct CallCostTests {
    private static let table = PriceTable.builtIn
    private static let now = Timestamp(micros: 1_795_000_000_000_000)

    static func call(
        input: Int64?,
        output: Int64?,
        read: Int64? = nil,
        write: Int64? = nil,
        hour: Int64? = nil
    ) -> AgentEvent {
        var event = AgentEvent(kind: .llmCall, source: 0, offset: 0, timestamp: now)
        event.uncachedInput = Optional64(input)
        event.output = Optional64(output)
        event.cacheRead = Optional64(read)
        event.cacheWrite = Optional64(write)
        event.cacheWriteHour = Optional64(hour)
        return event
    }

    @Test("Without the tokens or the price that it needs a cost is not known")
    func unknown() {
        let full = ModelPrice(pattern: "*", input: 1_000, output: 1_000)
        #expect(Self.table.cost(of: Self.call(input: nil, output: 1), at: full) == nil)
        #expect(Self.table.cost(of: Self.call(input: 1, output: nil), at: full) == nil)
        #expect(Self.table.cost(of: Self.call(input: nil, output: nil, read: 5), at: full) == nil)
        let noInput = ModelPrice(pattern: "*", input: nil, output: 1_000)
        #expect(Self.table.cost(of: Self.call(input: 1, output: 1), at: noInput) == nil)
    }

    @Test("A price without an output part needs no output and charges none")
    func embeddings() {
        let price = ModelPrice(pattern: "*", input: 20_000, output: nil)
        #expect(Self.table.cost(of: Self.call(input: 1_000, output: nil), at: price) == 20_000)
        #expect(Self.table.cost(of: Self.call(input: 1_000, output: 7), at: price) == 20_000)
    }

    @Test(
        "Half a nano-dollar goes to the even neighbour, once for the whole call",
        arguments: [(500, 0), (501, 1), (1_500, 2), (2_500, 2), (2_501, 3), (3_500, 4)]
    )
    func rounding(pico: Int64, nano: Int64) {
        let price = ModelPrice(pattern: "*", input: 1, output: 1)
        #expect(Self.table.cost(of: Self.call(input: pico - 300, output: 300), at: price) == nano)
    }

    @Test("A cost above 64 bits is not known, and nothing traps on the way")
    func overflow() {
        let price = ModelPrice(pattern: "*", input: .max, output: .max)
        let most: Int64 = 1_000_000_000
        #expect(Self.table.cost(of: Self.call(input: most, output: most), at: price) == nil)
        let dear = ModelPrice(pattern: "*", input: 1_000_000_000_000, output: 0)
        #expect(
            Self.table.cost(of: Self.call(input: most, output: 0), at: dear)
                == 1_000_000_000_000_000_000
        )
    }

    @Test("Missing cache prices are those of input; an hour's is that of five minutes")
    func cacheDefaults() {
        let call = Self.call(input: 10, output: 0, read: 100, write: 1_000, hour: 10_000)
        let bare = ModelPrice(pattern: "*", input: 1_000, output: 0)
        #expect(Self.table.cost(of: call, at: bare) == 11_110)
        var price = bare
        price.cacheWrite = 2_000
        #expect(Self.table.cost(of: call, at: price) == 22_110)
        price.cacheRead = 100
        price.cacheWriteHour = 3_000
        #expect(Self.table.cost(of: call, at: price) == 32_020)
    }

    /// (model, call, nano-dollars worked out by hand from the vendors' price lists).
    static let byHand: [(model: String, call: AgentEvent, nano: Int64)] = [
        ("gpt-4o-mini", call(input: 30, output: 20), 16_500),
        ("gpt-4o-mini", call(input: 2_060, output: 20, read: 18_000), 1_671_000),
        ("gpt-5", call(input: 30, output: 700), 7_037_500),
        (
            "claude-sonnet-5-5",
            call(input: 12, output: 77, read: 18_000, write: 1_536, hour: 512), 8_482_000
        ),
        ("claude-3-haiku-20240307", call(input: 1, output: 1), 1_500),
        ("gemini-2.5-pro", call(input: 200_000, output: 1_000), 260_000_000),
        ("gemini-2.5-pro", call(input: 200_001, output: 1_000), 515_002_500),
        ("text-embedding-3-small", call(input: 8_000, output: nil), 160_000),
    ]

    @Test("Costs of well-known models are those worked out by hand", arguments: byHand)
    func wellKnown(model: String, call: AgentEvent, nano: Int64) throws {
        let input = try #require(call.totalInput)
        let price = try #require(
            Self.table.price(model: model, provider: nil, at: Self.now, input: input)
        )
        #expect(Self.table.cost(of: call, at: price) == nano)
    }
}
