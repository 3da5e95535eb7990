package import AgentEvents

extension PriceTable {
    /// Fills in the cost and the context window of LLM calls where the log said nothing.
    ///
    /// A logged cost stays. A logged 0 beside tokens is what libraries write that do not know a
    /// price: it counts as missing unless the price in force says that the model is free. Looks a
    /// model up once for each (model, provider) of the batch.
    package func price(_ batch: inout EventBatch) {
        var lookup = RateLookup(table: self, models: batch.names.count)
        for index in batch.events.indices where batch.events[index].kind == .llmCall {
            let model = batch.events[index].subject
            guard !model.isNone else { continue }
            let place = lookup.place(model, provider: batch.events[index].provider, batch: batch)
            Self.fill(&batch.events[index], from: lookup.rates[place])
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
}

/// The rates of each (model, provider) of one batch, looked up once.
private struct RateLookup {
    let table: PriceTable
    private(set) var rates: [[CallRates]] = []
    private var places: [CallName: Int] = [:]
    /// The last provider of each model with its place: nearly every model has one provider, so that
    /// a call costs an array access and no hash.
    private var last: [(provider: NameIndex, place: Int)]

    init(table: PriceTable, models: Int) {
        self.table = table
        last = Array(repeating: (.none, -1), count: models + 1)
    }

    /// The index of the rates for calls of a model by a provider.
    mutating func place(_ model: NameIndex, provider: NameIndex, batch: EventBatch) -> Int {
        let recent = last[Int(model.rawValue)]
        if recent.place >= 0, recent.provider == provider { return recent.place }
        let name = CallName(model: model, provider: provider)
        let place = places[name] ?? added(name, batch)
        last[Int(model.rawValue)] = (provider, place)
        return place
    }

    private mutating func added(_ name: CallName, _ batch: EventBatch) -> Int {
        let model = batch.names[name.model.rawValue].dropFirst()
        let rows = table.candidates(model, provider: batch.name(name.provider))
        places[name] = rates.count
        rates.append(rows.map(CallRates.init))
        return rates.count - 1
    }

    /// A model and a provider of one batch.
    private struct CallName: Hashable {
        var model: NameIndex
        var provider: NameIndex
    }
}

extension CallRates {
    /// Whether the price is in force for the call.
    ///
    /// Input that is not known is a short prompt; its cost stays unknown anyway.
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
