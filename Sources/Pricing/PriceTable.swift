package import AgentEvents

/// Prices by model and provider, in the order in which they win.
///
/// A name is tried as it stands, then without a leading `provider/` (`openai/gpt-4o`), then without
/// leading `region.` and `vendor.` as Bedrock writes them (`us.anthropic.claude-...`). The first
/// spelling that any row fits decides. Of its rows that hold at the moment, an exact name beats a
/// prefix, a longer prefix a shorter one, a row of the call's provider one of any, a newer one an
/// older one, one for more input tokens one for fewer; of equal rows the last of the list wins, so
/// that a list of overrides is appended.
package struct PriceTable: Sendable {
    package let prices: [ModelPrice]
    private var exact: [[UInt8]: [Int]] = [:]
    /// Prefixes with their rows, the longest first.
    private var prefixes: [(prefix: [UInt8], rows: [Int])] = []

    package init(prices: [ModelPrice]) {
        self.prices = prices
        var byPrefix: [[UInt8]: [Int]] = [:]
        for (row, price) in prices.enumerated() {
            if price.pattern.hasSuffix("*") {
                byPrefix[Array(price.pattern.utf8.dropLast()), default: []].append(row)
            } else {
                exact[Array(price.pattern.utf8), default: []].append(row)
            }
        }
        // Two prefixes of one length never fit one name, so their order does not matter.
        prefixes = byPrefix.map { ($0.key, $0.value) }.sorted { $0.prefix.count > $1.prefix.count }
    }

    /// The well-known models of `BuiltInPrices`.
    package static let builtIn = PriceTable(prices: BuiltInPrices.prices)

    /// The price in force for a call; `nil` where none is known.
    ///
    /// `input` is all input tokens of the call, for models that charge long prompts more.
    package func price(
        model: String,
        provider: String?,
        at moment: Timestamp,
        input: Int64 = 0
    ) -> ModelPrice? {
        let rows = candidates(Array(model.utf8)[...], provider: provider)
        return Self.inForce(rows, at: moment, input: input)
    }

    /// The first of the candidates that holds.
    static func inForce(_ rows: [ModelPrice], at moment: Timestamp, input: Int64) -> ModelPrice? {
        rows.first { $0.validFrom <= moment && ($0.aboveInput == 0 || $0.aboveInput < input) }
    }

    /// Every row that fits a name and provider, the one that wins first.
    func candidates(_ model: ArraySlice<UInt8>, provider: String?) -> [ModelPrice] {
        for name in ModelSpelling.spellings(of: model) {
            let rows = fitting(name, provider: provider)
            if !rows.isEmpty { return rows }
        }
        return []
    }

    private func fitting(_ name: ArraySlice<UInt8>, provider: String?) -> [ModelPrice] {
        var found = ranked(exact[Array(name)] ?? [], provider)  // no exact row is no candidate
        for (prefix, rows) in prefixes where name.starts(with: prefix) {
            found += ranked(rows, provider)
        }
        return found
    }

    /// Rows of one pattern in the order in which they win.
    private func ranked(_ rows: [Int], _ provider: String?) -> [ModelPrice] {
        func rank(_ row: Int) -> (Int, Int64, Int64, Int) {
            let price = prices[row]
            return (price.provider == nil ? 0 : 1, price.validFrom.micros, price.aboveInput, row)
        }
        return
            rows
            .filter { prices[$0].provider == nil || prices[$0].provider == provider }
            .sorted { rank($0) > rank($1) }
            .map { prices[$0] }
    }
}
