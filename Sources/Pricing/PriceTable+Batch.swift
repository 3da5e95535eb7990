package import AgentEvents

extension PriceTable {
    /// Fills in the cost and the context window of LLM calls where the log said nothing.
    ///
    /// A logged cost stays. A logged 0 beside tokens is what libraries write that do not know a
    /// price: it counts as missing unless the price in force says that the model is free. Looks a
    /// model up once for each (model, provider) of the batch.
    package func price(_ batch: inout EventBatch) {
        var known: [CallName: Int] = [:]
        var rates: [[CallRates]] = []
        for index in batch.events.indices where batch.events[index].kind == .llmCall {
            let name = CallName(
                model: batch.events[index].subject,
                provider: batch.events[index].provider
            )
            guard !name.model.isNone else { continue }
            let place: Int
            if let found = known[name] {
                place = found
            } else {
                place = rates.count
                known[name] = place
                let model = batch.names[name.model.rawValue].dropFirst()
                let rows = candidates(model, provider: batch.name(name.provider))
                rates.append(rows.map(CallRates.init))
            }
            Self.fill(&batch.events[index], from: rates[place])
        }
    }

    private static func fill(_ event: inout AgentEvent, from rates: [CallRates]) {
        guard let row = rates.firstIndex(where: { $0.holds(for: event) }) else {
            if event.saysNothingOfItsCost(freeModel: false) { event.setComputedCost(nil) }
            return
        }
        if !event.contextWindow.isKnown { event.contextWindow = rates[row].contextWindow }
        if event.saysNothingOfItsCost(freeModel: rates[row].isFree) {
            event.setComputedCost(rates[row].cost(of: event))
        }
    }

    /// A model and a provider of one batch.
    private struct CallName: Hashable {
        var model: NameIndex
        var provider: NameIndex
    }
}

extension CallRates {
    /// Whether the price is in force for the call. Input that is not known is a short prompt; its
    /// cost stays unknown anyway.
    fileprivate func holds(for event: AgentEvent) -> Bool {
        validFrom <= event.timestamp
            && (aboveInput == 0 || aboveInput < event.totalInput ?? 0)  // as said above
    }
}

extension AgentEvent {
    /// Whether the cost is absent, or a 0 that stands for "not known".
    fileprivate func saysNothingOfItsCost(freeModel: Bool) -> Bool {
        guard let cost = cost.value else { return true }
        guard cost == 0, flags.contains(.costLogged), !freeModel else { return false }
        return [uncachedInput, cacheRead, cacheWrite, cacheWriteHour, output].contains {
            $0.isKnown && $0.raw > 0
        }
    }

    fileprivate mutating func setComputedCost(_ computed: Int64?) {
        flags.remove(.costLogged)
        cost = Optional64(computed)
    }
}
