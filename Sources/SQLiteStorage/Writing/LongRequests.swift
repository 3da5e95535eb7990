import AgentEvents
import Rollups

/// What the writer keeps of requests with many events, so that one more does not read all back.
///
/// Bounded: those that were used longest ago are dropped, and folded from their events again when
/// they go on.
struct LongRequests: Sendable {
    private struct Kept: Sendable {
        var continuation: RequestContinuation
        /// The last event in order.
        var latest: AgentEvent
        /// The end of its chain in the store.
        var lastID: Int64
        /// Hashes of the event_ids it has.
        var eventIDs: Set<UInt64>
        var lastUse: Int
        /// How many events it has.
        var count: Int

        var weight: Int { eventIDs.count + continuation.weight }
    }

    /// The number of events from which a request is kept in memory.
    static let minEvents = 256
    private static let maxRequests = 64
    /// Ids and different tool calls of all together; 30 to 60 bytes each.
    private static let maxWeight = 2_000_000

    private var kept: [UInt32: Kept] = [:]
    private var uses = 0

    /// Folds further events of a request id; `nil` where it is not kept, or where what is stored
    /// would change, which takes the long way.
    ///
    /// `lastID`: where its chain ends in the store. `eventIDs`: hashes of those of the new events.
    mutating func extend(
        _ key: UInt32,
        endingAt lastID: Int64,
        with events: [AgentEvent],
        eventIDs: [UInt64],
        sourcePaths: SourcePaths
    ) -> RequestContinuation.Step? {
        // Asked apart, so that nothing that grows is copied here.
        guard let last = events.last,
            goesOn(
                key,
                endingAt: lastID,
                with: events,
                eventIDs: eventIDs,
                sourcePaths: sourcePaths
            ),
            let step = kept[key]?.continuation.extend(with: events)
        else { return nil }
        uses += 1
        kept[key]?.latest = last
        kept[key]?.eventIDs.formUnion(eventIDs)
        kept[key]?.lastUse = uses
        kept[key]?.count += events.count
        makeRoom()
        return step
    }

    private func goesOn(
        _ key: UInt32,
        endingAt lastID: Int64,
        with events: [AgentEvent],
        eventIDs: [UInt64],
        sourcePaths: SourcePaths
    ) -> Bool {
        guard let found = kept[key], found.lastID == lastID, let first = events.first,
            found.count <= LongRequestTable.maxFoldedEvents,
            found.latest.precedes(first, sourcePaths: sourcePaths)
        else { return false }
        // A hash that is there already is perhaps a duplicate: that is judged by the events.
        return Set(eventIDs).count == eventIDs.count && found.eventIDs.isDisjoint(with: eventIDs)
    }

    /// Keeps a request id that was folded from all of its events, in order.
    mutating func keep(
        _ key: UInt32,
        _ events: [AgentEvent],
        eventIDs: [UInt64],
        settings: RequestSettings
    ) {
        guard let latest = events.last,
            let continuation = RequestContinuation(events, settings: settings)
        else { return }
        uses += 1
        kept[key] = Kept(
            continuation: continuation,
            latest: latest,
            lastID: 0,
            eventIDs: Set(eventIDs),
            lastUse: uses,
            count: events.count
        )
        makeRoom()
    }

    /// Notes where the chains of a batch's request ids end now.
    mutating func noteEnds(_ keys: [UInt32], _ lastIDs: [Int64]) {
        guard !kept.isEmpty else { return }
        for (key, lastID) in zip(keys, lastIDs) { kept[key]?.lastID = lastID }
    }

    /// Forgets a request id, whose events are only counted from now on.
    mutating func drop(_ key: UInt32) { kept[key] = nil }

    private mutating func makeRoom() {
        while kept.count > Self.maxRequests
            || kept.values.reduce(0, { $0 + $1.weight }) > Self.maxWeight
        {
            guard let oldest = kept.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
            kept[oldest.key] = nil
        }
    }
}
