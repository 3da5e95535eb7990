package import AgentEvents

extension PriceTable {
    /// Fills in the cost and the context window of LLM calls where the log said nothing.
    ///
    /// A logged cost stays. A logged 0 beside tokens is what libraries write that do not know a
    /// price: it counts as missing unless the price in force says that the model is free. Looks a
    /// model up once for each (model, provider) of the batch.
    package func price(_ batch: inout EventBatch) {
        var known: [CallName: [ModelPrice]] = [:]
        for index in batch.events.indices where batch.events[index].kind == .llmCall {
            let event = batch.events[index]
            let name = CallName(model: event.subject, provider: event.provider)
            guard !name.model.isNone else { continue }
            let rows: [ModelPrice]
            if let cached = known[name] {
                rows = cached
            } else {
                rows = candidates(
                    batch.names[name.model.rawValue].dropFirst(),
                    provider: batch.name(name.provider)
                )
                known[name] = rows
            }
            fill(&batch.events[index], from: rows)
        }
    }

    private func fill(_ event: inout AgentEvent, from rows: [ModelPrice]) {
        // No known input is priced like a short prompt; its cost stays unknown anyway.
        let price = Self.inForce(rows, at: event.timestamp, input: event.totalInput ?? 0)
        if !event.contextWindow.isKnown, let window = price?.contextWindow {
            event.contextWindow = Optional64(window)
        }
        if event.saysNothingOfItsCost(freeModel: price?.isFree == true) {
            event.flags.remove(.costLogged)
            event.cost = Optional64(price.flatMap { cost(of: event, at: $0) })
        }
    }

    /// A model and a provider of one batch.
    private struct CallName: Hashable {
        var model: NameIndex
        var provider: NameIndex
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
}
