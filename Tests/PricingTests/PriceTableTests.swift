import AgentEvents
import Pricing
import Testing

struct PriceTableTests {
    private static let may2025 = Timestamp(micros: 1_746_057_600_000_000)
    private static let july2025 = Timestamp(micros: 1_751_328_000_000_000)
    private static let end2026 = Timestamp(micros: 1_795_000_000_000_000)

    @Test(
        "A name that is not known has no price",
        arguments: [
            "", "/", "openai/", "gpt", "GPT-4o", "gpt-4o-", "gpt-4o-mini-audio", "my-gpt-4o", ".",
            "4o", "openai/unknown", "us.anthropic.", "\u{0}",
        ]
    )
    func unknown(model: String) {
        let price = PriceTable.builtIn.price(model: model, provider: nil, at: Self.end2026)
        #expect(price == nil)
    }

    static let wellKnown: [(model: String, input: Int64, output: Int64)] = [
        ("gpt-4o", 2_500_000, 10_000_000),
        ("gpt-4o-2024-08-06", 2_500_000, 10_000_000),
        ("gpt-4o-2024-05-13", 5_000_000, 15_000_000),
        ("gpt-4o-mini", 150_000, 600_000),
        ("gpt-4o-mini-2024-07-18", 150_000, 600_000),
        ("openai/gpt-4o-mini", 150_000, 600_000),
        ("openrouter/openai/gpt-4o", 2_500_000, 10_000_000),
        ("gpt-4.1", 2_000_000, 8_000_000),
        ("gpt-4.1-nano", 100_000, 400_000),
        ("gpt-5-2025-08-07", 1_250_000, 10_000_000),
        ("gpt-5-mini", 250_000, 2_000_000),
        ("o4-mini-2025-04-16", 1_100_000, 4_400_000),
        ("claude-3-5-sonnet-20241022", 3_000_000, 15_000_000),
        ("claude-opus-4-20250514", 15_000_000, 75_000_000),
        ("claude-opus-4-1-20250805", 15_000_000, 75_000_000),
        ("claude-haiku-4-5-20251001", 1_000_000, 5_000_000),
        ("bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0", 3_000_000, 15_000_000),
        ("bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0", 1_100_000, 5_500_000),
        ("eu.anthropic.claude-haiku-4-5-20251001-v1:0", 1_100_000, 5_500_000),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", 3_300_000, 16_500_000),
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", 3_000_000, 15_000_000),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", 3_000_000, 15_000_000),
        ("us.anthropic.claude-opus-5-5", 4_400_000, 22_000_000),
        ("us.anthropic.claude-opus-5", 5_500_000, 27_500_000),
        ("claude-haiku-4-20250514", 250_000, 1_250_000),
        ("claude-sonnet-5-5", 2_000_000, 10_000_000),
        ("models/gemini-2.5-flash", 300_000, 2_500_000),
        ("gemini-2.5-pro", 1_250_000, 10_000_000),
        ("mistral-large-2411", 2_000_000, 6_000_000),
        ("deepseek-chat", 270_000, 1_100_000),
    ]

    @Test("Well-known names find their own price", arguments: wellKnown)
    func known(model: String, input: Int64, output: Int64) throws {
        let price = try #require(
            PriceTable.builtIn.price(model: model, provider: "someone", at: Self.end2026)
        )
        #expect(price.input == input)
        #expect(price.output == output)
    }

    @Test(
        "The models of widespread examples have a price and a context window",
        arguments: [
            ("claude-opus-4", 200_000), ("claude-sonnet-4-20250514", 200_000),
            ("claude-haiku-4-20250514", 200_000), ("gpt-4o", 128_000), ("gpt-4o-mini", 128_000),
        ] as [(String, Int64)]
    )
    func examples(model: String, window: Int64) throws {
        let price = try #require(
            PriceTable.builtIn.price(model: model, provider: nil, at: Self.end2026)
        )
        #expect(price.contextWindow == window && price.input != nil && price.output != nil)
    }

    @Test(
        "Every built-in model has a price, and a context window but for a few that have none known"
    )
    func complete() {
        let prices = BuiltInPrices.prices
        #expect(prices.allSatisfy { $0.input != nil })
        let without = Set(prices.filter { $0.contextWindow == nil }.map(\.pattern))
        #expect(without == Self.withoutWindow)
    }

    /// Speech, embedding and retired models whose window neither the data nor the vendor names.
    private static let withoutWindow: Set<String> = [
        "gemini-3.8-flash-lite-tts", "gemini-3.8-flash-tts", "gemini-embedding-001",
        "gpt-4.5-preview*", "magistral-medium*", "magistral-small-*", "ministral-8b",
        "ministral-8b-2410", "mistral-medium", "mistral-medium-2505", "mistral-medium-2508",
        "mistral-medium-latest", "mistral-nemo", "mistral-small-2506",
        "mistral-small-3.2-24b-instruct", "mistral-small-latest", "open-mistral-nemo",
        "pixtral-large-2411", "pixtral-large-latest",
    ]

    @Test("A price holds from its day on")
    func dated() {
        let table = PriceTable.builtIn
        #expect(table.price(model: "o3", provider: nil, at: Self.may2025)?.input == 10_000_000)
        #expect(table.price(model: "o3", provider: nil, at: Self.july2025)?.input == 2_000_000)
        let from = Timestamp(micros: 100)
        let later = PriceTable(prices: [Self.row("m", 1, from: from)])
        #expect(later.price(model: "m", provider: nil, at: Timestamp(micros: 99)) == nil)
        #expect(later.price(model: "m", provider: nil, at: from)?.input == 1)
    }

    @Test("A long prompt has its own price, above the limit and not at it")
    func longPrompts() {
        let table = PriceTable.builtIn
        func input(_ tokens: Int64) -> Int64? {
            table.price(model: "gpt-5.4", provider: nil, at: Self.end2026, input: tokens)?.input
        }
        #expect(input(0) == 2_500_000)
        #expect(input(272_000) == 2_500_000)
        #expect(input(272_001) == 5_000_000)
    }

    private static func row(
        _ pattern: String,
        _ input: Int64,
        provider: String? = nil,
        from: Timestamp = .distantPast,
        above: Int64 = 0
    ) -> ModelPrice {
        ModelPrice(
            pattern: pattern,
            provider: provider,
            validFrom: from,
            aboveInput: above,
            input: input,
            output: nil
        )
    }

    /// Each row beats those after it for model `abc` of provider `p` at 100 with 50 tokens.
    private static let ladder = [
        row("abc", 1, provider: "p", from: Timestamp(micros: 10), above: 20),
        row("abc", 2, provider: "p", from: Timestamp(micros: 10)),
        row("abc", 3, provider: "p"),
        row("abc", 4, from: Timestamp(micros: 10)),
        row("abc", 5),
        row("ab*", 6, provider: "p"),
        row("ab*", 7),
        row("a*", 8, provider: "p", from: Timestamp(micros: 10)),
        row("*", 9),
    ]

    @Test("Rows win in the documented order, whatever their order in the list", arguments: 0..<9)
    func order(best: Int) {
        let others = [
            Self.row("abc", 90, provider: "q"), Self.row("abc", 91, from: Timestamp(micros: 101)),
            Self.row("abc", 92, above: 50), Self.row("abcd", 93), Self.row("abcd*", 94),
        ]
        let rows = Array(Self.ladder[best...].reversed()) + others
        let table = PriceTable(prices: rows)
        let price = table.price(
            model: "abc",
            provider: "p",
            at: Timestamp(micros: 100),
            input: 50
        )
        #expect(price == Self.ladder[best])
    }

    @Test("Of equal rows the last one wins, so that overrides are appended")
    func overrides() {
        let table = PriceTable(prices: [Self.row("m", 1), Self.row("m", 2)])
        #expect(table.price(model: "m", provider: nil, at: .distantFuture)?.input == 2)
    }

    @Test("The full name is tried before the name without its provider")
    func fullNameFirst() {
        let table = PriceTable(prices: [Self.row("gpt", 1), Self.row("azure/*", 2)])
        #expect(table.price(model: "azure/gpt", provider: nil, at: .distantFuture)?.input == 2)
        #expect(table.price(model: "other/gpt", provider: nil, at: .distantFuture)?.input == 1)
    }
}
