package import AgentEvents

extension PriceTable {
    /// What a call costs in nano-dollars, rounded half to even once; `nil` where it cannot be told.
    ///
    /// It needs the input price, the uncached input tokens and, where the price has an output part,
    /// the output tokens. A cache class that the log does not name is taken as unused. Prices that
    /// a row lacks are replaced as `ModelPrice` says; a cost above 64 bits is not known.
    package func cost(of event: AgentEvent, at price: ModelPrice) -> Int64? {
        CallRates(price).cost(of: event)
    }
}

/// The numbers of a price, without the names it is found by: no references, so that pricing a
/// million calls counts none.
struct CallRates {
    var validFrom: Timestamp
    var aboveInput: Int64
    var contextWindow: Optional64
    var isFree: Bool
    private var input: Optional64
    private var output: Optional64
    private var cacheRead: Int64
    private var cacheWrite: Int64
    private var cacheWriteHour: Int64

    init(_ price: ModelPrice) {
        validFrom = price.validFrom
        aboveInput = price.aboveInput
        contextWindow = Optional64(price.contextWindow)
        isFree = price.isFree
        input = Optional64(price.input)
        output = Optional64(price.output)
        // Without an input price there is no cost, so that the last 0 is never used.
        cacheRead = price.cacheRead ?? price.input ?? 0
        cacheWrite = price.cacheWrite ?? price.input ?? 0  // as above
        cacheWriteHour = price.cacheWriteHour ?? cacheWrite
    }

    /// The cost of a call, as `PriceTable.cost(of:at:)` computes it.
    func cost(of event: AgentEvent) -> Int64? {
        guard input.isKnown, event.uncachedInput.isKnown else { return nil }
        guard event.output.isKnown || !output.isKnown else { return nil }
        var pico = Self.product(event.uncachedInput, input.raw)
        pico += Self.product(event.cacheRead, cacheRead)
        pico += Self.product(event.cacheWrite, cacheWrite)
        pico += Self.product(event.cacheWriteHour, cacheWriteHour)
        // A price without an output part charges none.
        if output.isKnown { pico += Self.product(event.output, output.raw) }
        return roundedHalfEven(pico, over: 1_000)
    }

    private static func product(_ tokens: Optional64, _ price: Int64) -> Int128 {
        tokens.isKnown ? Int128(tokens.raw) * Int128(price) : 0
    }
}
