import AgentEvents
import GRDB
import Rollups

/// A stored event that says something else now.
struct EventChange {
    var id: Int64
    var before: AgentEvent
    var event: AgentEvent
}

/// Folds a batch's events, with what is stored of the same request ids, into request rows.
///
/// Everything is in the store's numbering. New events get their request's agent, user and session
/// where they name none themselves; stored events whose request turns out to say otherwise are
/// listed in `changes`.
struct BatchFold {
    /// Marked duplicates stay in place; the writer leaves them out.
    var events: [AgentEvent]
    /// Rows of ids that were not stored before, in the order of their keys.
    private(set) var newRows: [RequestRow] = []
    /// Rows of ids that were.
    private(set) var replacedRows: [RequestRow] = []
    /// What they replace: the rows of a key from a part on.
    private(set) var replacements: [(key: Int64, firstPart: Int64)] = []
    private(set) var changes: [EventChange] = []
    /// Stored events that are removed.
    private(set) var leaving: [AgentEvent] = []
    /// Agents (0 for none) whose completed `task_end`s are among the new events, with the earliest.
    private(set) var completions: [UInt32: Timestamp] = [:]
    /// Agents that a stored completed `task_end` was taken from.
    private(set) var retractedAgents: Set<UInt32> = []
    /// The places of new events that belong to no request.
    private(set) var orphans: [Int] = []
    /// Stored events that belonged to none and do now.
    private(set) var adopted: [StoredEvent] = []
    /// The keys of ids with very many events that have a request now and had none.
    private(set) var adoptedKeys: [UInt32] = []
    /// People that events name who are not those of their request, with its key.
    private(set) var strangers: [(name: NameIndex, key: UInt32)] = []
    var conflictingDuplicates: [Int] = []

    let texts: TextArena
    private let settings: RequestSettings

    init(events: [AgentEvent], texts: TextArena, settings: RequestSettings) {
        self.events = events
        self.texts = texts
        self.settings = settings
    }

    /// Folds one request id: the events of the batch at `indices`, and its stored ones.
    ///
    /// `long`: keeps it where it has many.
    mutating func fold(
        _ indices: ArraySlice<Int32>,
        stored: [StoredEvent],
        key: UInt32,
        sourcePaths: SourcePaths,
        long: inout LongRequests
    ) {
        let fresh = withoutDuplicates(indices, stored)
        guard !fresh.isEmpty else { return }
        if stored.isEmpty, areInOrder(fresh, sourcePaths) { return foldNew(fresh, key: key) }
        let members = foldAnew(stored: stored, fresh: fresh, key: key, sourcePaths)
        guard !stored.isEmpty, members.events.count >= LongRequests.minEvents else { return }
        let eventIDs = hashes(fresh) + stored.compactMap(\.eventIDHash)
        long.keep(key, members.events, eventIDs: eventIDs, settings: settings)
    }

    private func areInOrder(_ indices: [Int32], _ sourcePaths: SourcePaths) -> Bool {
        indices.indices.dropFirst().allSatisfy {
            let (event, before) = (Int(indices[$0]), Int(indices[$0 - 1]))
            return !events[event].precedes(events[before], sourcePaths: sourcePaths)
        }
    }

    /// Folds the first events of a request id, which are in order, where they are.
    private mutating func foldNew(_ indices: [Int32], key: UInt32) {
        let folded = RequestFold.fold(events, at: indices, settings: settings)
        for (index, owner) in zip(indices, folded.owners) {
            take(at: Int(index), of: owner < 0 ? nil : folded.requests[owner], key: key)
        }
        for var row in folded.requests {
            row.key = Int64(key)
            newRows.append(row)
        }
    }

    /// Folds one request id with what is kept of it instead of its stored events, where that is
    /// enough.
    ///
    /// `lastID`: where its chain of stored events ends.
    mutating func fold(
        _ indices: ArraySlice<Int32>,
        endingAt lastID: Int64,
        key: UInt32,
        sourcePaths: SourcePaths,
        long: inout LongRequests
    ) -> Bool {
        var members = Members(stored: [], fresh: Array(indices), of: events)
        members.sort(sourcePaths)
        let step = long.extend(
            key,
            endingAt: lastID,
            with: members.events,
            eventIDs: hashes(indices),
            sourcePaths: sourcePaths
        )
        guard let step else { return false }
        for (position, owner) in step.owners.enumerated() {
            take(at: members.places[position], of: step.rows[owner], key: key)
        }
        replace(key, with: step.rows)
        return true
    }

    /// Counts events of a request id that has too many to fold.
    ///
    /// `stored`: its events that may have the same event_ids. `latest`: its latest request.
    mutating func count(
        _ indices: ArraySlice<Int32>,
        stored: [StoredEvent],
        latest: RequestRow?,
        key: UInt32,
        _ sourcePaths: SourcePaths
    ) {
        let fresh = withoutDuplicates(indices, stored)
        guard !fresh.isEmpty else { return }
        var members = Members(stored: [], fresh: fresh, of: events)
        members.sort(sourcePaths)
        count(members.events, places: members.places, latest: latest, key: key)
    }

    /// Counts stored events of a request id, in order, that was folded from those before them.
    mutating func count(stored: [StoredEvent], latest: RequestRow?, key: UInt32) {
        count(stored.map(\.event), places: [], latest: latest, key: key)
    }

    private mutating func count(
        _ members: [AgentEvent],
        places: [Int],
        latest: RequestRow?,
        key: UInt32
    ) {
        var counting = RequestCounting(after: latest, settings: settings)
        let owners = members.map { counting.add($0) }
        for (position, place) in places.enumerated() {
            take(at: place, of: owners[position].map { counting.rows[$0] }, key: key)
        }
        if !counting.rows.isEmpty {
            replace(key, with: counting.rows)
            if latest == nil { adoptedKeys.append(key) }
        }
    }

    /// Folds a request id that has lost events from those that remain.
    mutating func refold(stored: [StoredEvent], key: UInt32, _ sourcePaths: SourcePaths) {
        _ = foldAnew(stored: stored, fresh: [], key: key, sourcePaths)
    }

    /// Removes all requests of a key.
    mutating func remove(_ key: UInt32) { replace(key, with: []) }

    /// Takes a stored event out.
    ///
    /// `isFirstCompletion`: whether its agent is known to end its tasks by it.
    mutating func leave(_ event: AgentEvent, isFirstCompletion: Bool) {
        leaving.append(event)
        if isFirstCompletion { retractedAgents.insert(event.agent.rawValue) }
    }

    private mutating func foldAnew(
        stored: [StoredEvent],
        fresh: [Int32],
        key: UInt32,
        _ sourcePaths: SourcePaths
    ) -> Members {
        var members = Members(stored: stored, fresh: fresh, of: events)
        members.sort(sourcePaths)
        let folded = RequestFold.fold(members.events, settings: settings)
        for (index, owner) in folded.owners.enumerated() {
            let request = owner < 0 ? nil : folded.requests[owner]
            let place = members.places[index]
            if place >= 0 {
                take(at: place, of: request, key: key)
            } else {
                var event = members.events[index]
                Self.adopt(&event, request)
                noteStrangers(event, request, key: key)
                if event != members.events[index] { noteChange(of: stored[~place], to: event) }
            }
        }
        if stored.isEmpty {
            for var row in folded.requests {
                row.key = Int64(key)
                newRows.append(row)
            }
        } else {
            replace(key, with: folded.requests)
            let hadRequest = stored.contains { $0.event.kind.isExtent }
            if !hadRequest, !folded.requests.isEmpty { adopted += stored }
        }
        return members
    }

    /// Replaces the stored rows of a key from the part of the first row on; from 0 where there is none.
    private mutating func replace(_ key: UInt32, with rows: [RequestRow]) {
        replacements.append((Int64(key), rows.first?.part ?? 0))  // as said above
        for var row in rows {
            row.key = Int64(key)
            replacedRows.append(row)
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
        mutating func sort(_ sourcePaths: SourcePaths) {
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

    /// Gives an event what it takes from its request; nothing where it belongs to none (any more).
    private static func adopt(_ event: inout AgentEvent, _ request: RequestRow?) {
        if !event.flags.contains(.ownAgent) { event.agent = request?.agent ?? .none }
        if !event.flags.contains(.ownUser) { event.user = request?.user ?? .none }
        if !event.flags.contains(.ownSession) { event.session = request?.session ?? .none }
        if let request { markRetry(&event, request) }
    }

    /// Gives a new event what it takes from its request.
    private mutating func take(at place: Int, of request: RequestRow?, key: UInt32) {
        Self.adopt(&events[place], request)
        if request == nil { orphans.append(place) }
        noteStrangers(events[place], request, key: key)
        noteCompletion(events[place])
    }

    private mutating func noteStrangers(
        _ event: AgentEvent,
        _ request: RequestRow?,
        key: UInt32
    ) {
        if !event.user.isNone, event.user != request?.user { strangers.append((event.user, key)) }
        if !event.session.isNone, event.session != request?.session {
            strangers.append((event.session, key))
        }
    }

    private mutating func noteChange(of stored: StoredEvent, to event: AgentEvent) {
        if isCompletion(event), event.agent != stored.event.agent {
            retractedAgents.insert(stored.event.agent.rawValue)
            noteCompletion(event)
        }
        changes.append(EventChange(id: stored.id, before: stored.event, event: event))
    }

    private static func markRetry(_ event: inout AgentEvent, _ request: RequestRow) {
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
