package import AgentEvents

extension PriceTable {
    /// What a call costs in nano-dollars, rounded half to even once; `nil` where it cannot be told.
    ///
    /// It needs the input price, the uncached input tokens and, where the price has an output part,
    /// the output tokens. A cache class that the log does not name is taken as unused. Prices that
    /// a row lacks are replaced as `ModelPrice` says; a cost above 64 bits is not known.
    package func cost(of event: AgentEvent, at price: ModelPrice) -> Int64? {
        guard let input = price.input, let uncached = event.uncachedInput.value else { return nil }
        guard price.output == nil || event.output.isKnown else { return nil }
        let write = price.cacheWrite ?? input
        let parts: [(tokens: Optional64, price: Int64)] = [
            (Optional64(uncached), input),
            (event.cacheRead, price.cacheRead ?? input),
            (event.cacheWrite, write),
            (event.cacheWriteHour, price.cacheWriteHour ?? write),
            // A price without an output part charges none, by decision 0001.
            (event.output, price.output ?? 0),
        ]
        var pico: Int128 = 0
        for part in parts {
            guard let tokens = part.tokens.value else { continue }
            pico += Int128(tokens) * Int128(part.price)
        }
        return roundedHalfEven(pico, over: 1_000)
    }
}
