import AgentEvents

extension BatchFold {
    /// Leaves out events whose (kind, event_id) the request id has already, and marks them.
    mutating func withoutDuplicates(
        _ indices: ArraySlice<Int32>,
        _ stored: [StoredEvent]
    ) -> [Int32] {
        guard mayRepeatEventIDs(indices, stored) else { return Array(indices) }
        struct Identity: Hashable {
            var kind: EventKind
            var subject: NameIndex
            var id: String
        }
        var seen: [Identity: AgentEvent] = [:]
        func identity(_ event: AgentEvent, _ id: String) -> Identity {
            // Generic events differ in their `event` value, which is their subject.
            Identity(
                kind: event.kind,
                subject: event.kind == .generic ? event.subject : .none,
                id: id
            )
        }
        for stored in stored {
            guard let id = stored.eventID else { continue }
            seen[identity(stored.event, id)] = stored.event
        }
        return indices.filter { index in
            let event = events[Int(index)]
            guard !event.eventID.isNone else { return true }
            let id = String(decoding: texts[event.eventID.rawValue], as: UTF8.self)
            guard let first = seen[identity(event, id)] else {
                seen[identity(event, id)] = event
                return true
            }
            events[Int(index)].flags.insert(.duplicate)
            if !event.hasSameContent(as: first) { conflictingDuplicates.append(Int(index)) }
            return false
        }
    }
}

extension BatchFold {
    /// Whether some event_id stands twice, judged by hashes: nearly always none does, and the
    /// careful look is spared.
    private func mayRepeatEventIDs(_ indices: ArraySlice<Int32>, _ stored: [StoredEvent]) -> Bool {
        var hashes = hashes(indices)
        guard !hashes.isEmpty else { return false }
        hashes += stored.compactMap(\.eventIDHash)
        if hashes.count > Self.fewEvents { return Set(hashes).count < hashes.count }
        return hashes.indices.contains { hashes[..<$0].contains(hashes[$0]) }
    }

    /// Hashes of the event_ids of new events that have one.
    func hashes(_ indices: some Sequence<Int32>) -> [UInt64] {
        var hashes: [UInt64] = []
        for index in indices {
            let id = events[Int(index)].eventID
            if !id.isNone { hashes.append(texts[id.rawValue].withUnsafeBytes { SipHash.hash($0) }) }
        }
        return hashes
    }

    /// The number of events up to which comparing all pairs is faster than a set.
    private static let fewEvents = 24
}

extension AgentEvent {
    /// Whether two readings of one event say the same, wherever they stood.
    fileprivate func hasSameContent(as other: AgentEvent) -> Bool {
        timestamp == other.timestamp && succeeded == other.succeeded
            && outcomeCode == other.outcomeCode && subject == other.subject
            && errorClassCode == other.errorClassCode && errorText == other.errorText
            && latency == other.latency && uncachedInput == other.uncachedInput
            && cacheRead == other.cacheRead && cacheWrite == other.cacheWrite
            && output == other.output && cost == other.cost && argumentsHash == other.argumentsHash
    }
}
