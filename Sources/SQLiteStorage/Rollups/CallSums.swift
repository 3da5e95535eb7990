import AgentEvents
import EventStorage
import Rollups

/// The new calls and retry events of a batch, summed into the narrowest cells that they have.
///
/// Asks nobody for the ids of keys, so that it can run beside the storing of the rows: keys are numbered
/// as they come.
struct CallSums: Sendable {
    /// `keys[i]` is the key with the number i.
    private(set) var keys: [CellKey] = []
    private(set) var llmCalls = SeriesChanges<LLMCallCell>()
    private(set) var toolCalls = SeriesChanges<ToolCallCell>()
    private var numbers: [CellKey: Int64] = [:]
    private let fineQuarters: Set<Int64>

    /// `fineQuarters`: those whose minutes have cells.
    init(of events: [AgentEvent], fineQuarters: Set<Int64>) {
        self.fineQuarters = fineQuarters
        for index in events.indices where !events[index].flags.contains(.duplicate) {
            add(events[index])
        }
    }

    private mutating func add(_ event: AgentEvent) {
        switch event.kind {
        case .llmCall, .retry:
            let place = place(LLMCallCell.key(of: event), at: event.timestamp)
            llmCalls.enter(place) { $0.add(event) }
        case .toolCall:
            let place = place(ToolCallCell.key(of: event), at: event.timestamp)
            toolCalls.enter(place) { $0.add(event) }
        case .taskEnd, .escalation, .circuitBreaker, .generic: break
        }
    }

    private mutating func place(_ key: CellKey, at time: Timestamp) -> NarrowestPlace {
        let number = number(of: key)
        let quarter = BucketWidth.quarter.bucket(holding: time)
        guard !fineQuarters.isEmpty, fineQuarters.contains(quarter) else {
            return .quarter(CellPlace(bucket: quarter, key: number))
        }
        return .minute(CellPlace(bucket: BucketWidth.minute.bucket(holding: time), key: number))
    }

    private mutating func number(of key: CellKey) -> Int64 {
        if let number = numbers[key] { return number }
        let number = Int64(keys.count)
        numbers[key] = number
        keys.append(key)
        return number
    }
}
