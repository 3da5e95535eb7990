import AgentEvents
import GRDB
import Rollups

/// Folds a batch's events, with what is stored of the same request ids, into request rows.
///
/// Everything is in the store's numbering. New events get their request's agent, user and session
/// where they name none themselves; stored events whose request turns out to say otherwise are
/// listed in `changes`.
struct BatchFold {
    /// Marked duplicates stay in place; the writer leaves them out.
    private(set) var events: [AgentEvent]
    /// Rows of ids that were not stored before, in the order of their keys.
    private(set) var newRows: [RequestRow] = []
    /// Rows of ids that were, which replace theirs.
    private(set) var replacedRows: [RequestRow] = []
    private(set) var changes: [StoredEvent] = []
    /// Agents (0 for none) whose completed `task_end`s are among the new events, with the earliest.
    private(set) var completions: [UInt32: Timestamp] = [:]
    /// Agents that a stored completed `task_end` was taken from.
    private(set) var retractedAgents: Set<UInt32> = []
    private(set) var conflictingDuplicates: [Int] = []

    private let texts: TextArena
    private let settings: RequestSettings
    private let sourcePaths: [UInt32: String]

    init(
        events: [AgentEvent],
        texts: TextArena,
        settings: RequestSettings,
        sourcePaths: [UInt32: String]
    ) {
        self.events = events
        self.texts = texts
        self.settings = settings
        self.sourcePaths = sourcePaths
    }

    /// Folds one request id: the events of the batch at `indices`, and its stored ones.
    mutating func fold(_ indices: ArraySlice<Int32>, stored: [StoredEvent], key: UInt32) {
        let fresh = withoutDuplicates(indices, stored)
        guard !fresh.isEmpty else { return }
        foldAnew(stored: stored, fresh: fresh, key: key)
    }

    /// Folds a request id that has lost events from those that remain.
    mutating func refold(stored: [StoredEvent], key: UInt32) {
        foldAnew(stored: stored, fresh: [], key: key)
    }

    private mutating func foldAnew(stored: [StoredEvent], fresh: [Int32], key: UInt32) {
        var members = Members(stored: stored, fresh: fresh, of: events)
        members.sort(sourcePaths)
        let folded = RequestFold.fold(members.events, settings: settings)
        for (index, owner) in folded.owners.enumerated() {
            let before = members.events[index]
            let event = event(before, of: owner < 0 ? nil : folded.requests[owner])
            switch members.places[index] {
            case let place where place >= 0:
                events[place] = event
                noteCompletion(event)
            case let place where event != before:
                noteChange(of: stored[~place], to: event)
            default: break
            }
        }
        for var row in folded.requests {
            row.key = Int64(key)
            if stored.isEmpty { newRows.append(row) } else { replacedRows.append(row) }
        }
    }

    /// The events of one request id, stored and new.
    private struct Members {
        private(set) var events: [AgentEvent]
        /// Where each lies: at this index of the batch, or, as `~index`, among the stored ones.
        private(set) var places: [Int]

        init(stored: [StoredEvent], fresh: [Int32], of batch: [AgentEvent]) {
            events = stored.map(\.event)
            places = stored.indices.map { ~$0 }
            events.reserveCapacity(stored.count + fresh.count)
            places.reserveCapacity(stored.count + fresh.count)
            for index in fresh {
                events.append(batch[Int(index)])
                places.append(Int(index))
            }
        }

        /// Sorts by (timestamp, source path, offset); mostly they are in order already.
        mutating func sort(_ sourcePaths: [UInt32: String]) {
            let isSorted = events.indices.dropFirst().allSatisfy {
                !events[$0].precedes(events[$0 - 1], sourcePaths: sourcePaths)
            }
            guard !isSorted else { return }
            let order = events.indices.sorted {
                events[$0].precedes(events[$1], sourcePaths: sourcePaths)
            }
            events = order.map { events[$0] }
            places = order.map { places[$0] }
        }
    }

    /// The event with what it takes from its request; nothing where it belongs to none (any more).
    private func event(_ event: AgentEvent, of request: RequestRow?) -> AgentEvent {
        var event = event
        if !event.flags.contains(.ownAgent) { event.agent = request?.agent ?? .none }
        if !event.flags.contains(.ownUser) { event.user = request?.user ?? .none }
        if !event.flags.contains(.ownSession) { event.session = request?.session ?? .none }
        if let request { markRetry(&event, request) }
        return event
    }

    private mutating func noteChange(of stored: StoredEvent, to event: AgentEvent) {
        if isCompletion(event), event.agent != stored.event.agent {
            retractedAgents.insert(stored.event.agent.rawValue)
            noteCompletion(event)
        }
        changes.append(StoredEvent(id: stored.id, event: event, eventID: stored.eventID))
    }

    private func markRetry(_ event: inout AgentEvent, _ request: RequestRow) {
        guard event.kind == .llmCall, let attempt = event.attempt.value, attempt > 1 else { return }
        if request.retryEvents == 0 {
            event.flags.insert(.countsAsRetry)
        } else {
            event.flags.remove(.countsAsRetry)
        }
    }

    private func isCompletion(_ event: AgentEvent) -> Bool {
        event.kind == .taskEnd && event.outcome == .completed
    }

    private mutating func noteCompletion(_ event: AgentEvent) {
        guard isCompletion(event) else { return }
        let agent = event.agent.rawValue
        completions[agent] = min(completions[agent] ?? event.timestamp, event.timestamp)
    }
}

// MARK: - Duplicates

extension BatchFold {
    /// Leaves out events whose (kind, event_id) the request id has already, and marks them.
    private mutating func withoutDuplicates(
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
        var hashes: [UInt64] = []
        for index in indices {
            let id = events[Int(index)].eventID
            if !id.isNone { hashes.append(texts[id.rawValue].withUnsafeBytes { SipHash.hash($0) }) }
        }
        guard !hashes.isEmpty else { return false }
        for stored in stored {
            guard var id = stored.eventID else { continue }
            hashes.append(id.withUTF8 { SipHash.hash(UnsafeRawBufferPointer($0)) })
        }
        if hashes.count > Self.fewEvents { return Set(hashes).count < hashes.count }
        return hashes.indices.contains { hashes[..<$0].contains(hashes[$0]) }
    }

    /// Up to so many, looking at all pairs is faster than a set.
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
