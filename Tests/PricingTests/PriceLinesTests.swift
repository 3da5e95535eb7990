import AgentEvents
import Testing

@testable import Pricing

struct PriceLinesTests {
    static let broken: [(text: String, reason: String)] = [
        ("  1 1 1 - - -", "a price without patterns"),
        ("a\n  1 1 1 - -", "five columns"),
        ("a\n  x 1 1 - - -", "a window that is no number"),
        ("a\n  1 1.2.3 1 - - -", "two dots"),
        ("a\n  1 .5 1 - - -", "no digit before the dot"),
        ("a\n  1 0.0000001 1 - - -", "seven decimals"),
        ("a\n  1 -1 1 - - -", "a negative price"),
        ("a\n  1 99999999999999 1 - - -", "a price above 64 bits"),
        ("a\n  1 1 1 - - - form=2026-01-01", "an unknown word"),
        ("a\n  1 1 1 - - - from=2026-13-01", "a month 13"),
        ("a\n  1 1 1 - - - from=yesterday", "no date"),
        ("a\n  1 1 1 - - - above=many", "no number of tokens"),
    ]

    @Test("A line that is not understood fails the table", arguments: broken)
    func brokenLines(text: String, reason: String) {
        #expect(PriceLines.parse(text) == nil, "\(reason)")
    }

    @Test(
        "Dollars a million tokens are whole pico-dollars a token",
        arguments: [("2.5", 2_500_000), ("0.003625", 3_625), ("0", 0), ("150", 150_000_000)]
    )
    func decimals(text: String, pico: Int64) {
        #expect(PriceLines.pico(perMillion: text[...]) == pico)
    }

    @Test("Patterns share the indented prices below them")
    func rows() throws {
        let text = """
            # vendor
            a b*
            c
              1000 1 2 - - -
              - 3 - 0.5 4 5 from=1970-01-02 above=200
            d
              7 1 1 - - -
            """
        let prices = try #require(PriceLines.parse(text))
        #expect(prices.map(\.pattern) == ["a", "b*", "c", "a", "b*", "c", "d"])
        #expect(
            prices[0]
                == ModelPrice(
                    pattern: "a",
                    input: 1_000_000,
                    output: 2_000_000,
                    contextWindow: 1_000
                )
        )
        #expect(
            prices[4]
                == ModelPrice(
                    pattern: "b*",
                    validFrom: Timestamp(micros: Micros.day),
                    aboveInput: 200,
                    input: 3_000_000,
                    output: nil,
                    cacheRead: 500_000,
                    cacheWrite: 4_000_000,
                    cacheWriteHour: 5_000_000
                )
        )
    }

    @Test("The built-in table parses, names no row twice, and every price has an input part")
    func builtIn() {
        struct Key: Hashable {
            var pattern: String
            var from: Timestamp
            var above: Int64
        }
        let prices = BuiltInPrices.prices
        #expect(prices.count > 200)
        let keys = prices.map { Key(pattern: $0.pattern, from: $0.validFrom, above: $0.aboveInput) }
        #expect(Set(keys).count == keys.count)
        #expect(prices.allSatisfy { ($0.input ?? 0) > 0 && !$0.isFree })
    }
}
