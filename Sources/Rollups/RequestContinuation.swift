package import AgentEvents

/// What folding needs to go on after the last event of a request id, without the events before it.
///
/// It goes on only where `RequestFold.fold` over all events would say the same of the earlier ones: the
/// new events come after them in order, and none of the earlier ones changes its request, takes
/// another agent, user or session, or counts otherwise as a retry. For everything else it says so, and
/// all events have to be folded again.
package struct RequestContinuation: Sendable {
    /// The requests that new events change or begin, and which request each event belongs to.
    package struct Step: Sendable {
        /// The latest request of before, then those that begin; `part` counts all of the id.
        package var rows: [RequestRow]
        /// `owners[i]` is the index in `rows` of the i-th new event's request.
        package var owners: [Int]
    }

    private let settings: RequestSettings
    private var cut: ExtentCut
    /// Folds the latest request.
    private var latest = RequestAccumulator()
    /// The latest request as it stands.
    private var row: RequestRow
    /// The latest time of an event without an extent.
    private var latestOther = Timestamp.distantPast

    /// Folds events that share a request id; `nil` where no event is part of an extent.
    ///
    /// `events`: sorted; duplicates left out.
    package init?(_ events: [AgentEvent], settings: RequestSettings) {
        self.settings = settings
        cut = ExtentCut(settings: settings)
        var owners: [Int?] = []
        for event in events { owners.append(event.kind.isExtent ? cut.add(event) : nil) }
        guard !cut.begins.isEmpty else { return nil }
        let part = cut.begins.count - 1
        for (event, owner) in zip(events, owners) {
            if owner == nil { latestOther = max(latestOther, event.timestamp) }
            if (owner ?? cut.owner(of: event.timestamp)) == part { latest.add(event) }
        }
        row = latest.row(settings: settings)
        row.part = Int64(part)
        cut.keepLatest()
    }

    /// About how many things it remembers; grows with the different arguments of tool calls.
    package var weight: Int { latest.weight }

    /// Takes further events; `nil`, and nothing taken, where earlier ones would change.
    ///
    /// `events`: sorted, not empty, duplicates left out, all of them after those of before.
    package mutating func extend(with events: [AgentEvent]) -> Step? {
        var next = cut
        var owners = events.map { $0.kind.isExtent ? next.add($0) : -1 }
        guard leavesOthers(next.begins) else { return nil }
        for index in events.indices where owners[index] < 0 {
            // The latest request of before began before these events, so there is always one.
            owners[index] = next.owner(of: events[index].timestamp) ?? 0
        }
        guard zip(events, owners).allSatisfy({ $1 > 0 || leavesEarlier($0) }) else { return nil }
        let rows = folded(events, owners: owners, count: next.begins.count)
        for event in events where !event.kind.isExtent {
            latestOther = max(latestOther, event.timestamp)
        }
        row = rows[rows.count - 1]
        cut = next
        cut.keepLatest()
        return Step(rows: rows, owners: owners)
    }

    /// Whether every earlier event without an extent stays with its request.
    ///
    /// `begins`: of the latest request, which may have moved, and of the new ones.
    private func leavesOthers(_ begins: [Timestamp]) -> Bool {
        if begins[0] < cut.begins[0], row.part > 0, latestOther >= begins[0] { return false }
        return begins.dropFirst().allSatisfy { latestOther < $0 }
    }

    /// Whether earlier events of the latest request take nothing from a new one of it.
    private func leavesEarlier(_ event: AgentEvent) -> Bool {
        if row.agent.isNone, event.flags.contains(.ownAgent) { return false }
        if row.user.isNone, event.flags.contains(.ownUser) { return false }
        if row.session.isNone, event.flags.contains(.ownSession) { return false }
        return event.kind != .retry || row.retryEvents > 0
    }

    private mutating func folded(
        _ events: [AgentEvent],
        owners: [Int],
        count: Int
    ) -> [RequestRow] {
        // Taken out, so that what it has counted is not copied.
        var folds = [latest]
        latest = RequestAccumulator()
        folds += Array(repeating: RequestAccumulator(), count: count - 1)
        for (event, owner) in zip(events, owners) { folds[owner].add(event) }
        let rows = folds.indices.map { index in
            var own = folds[index].row(settings: settings)
            own.part = row.part + Int64(index)
            return own
        }
        latest = folds.removeLast()
        return rows
    }
}
