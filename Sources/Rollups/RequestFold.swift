package import AgentEvents

/// Cuts the events of one request id into requests and folds each.
///
/// A pure function of the events and the settings: the events come sorted by (timestamp, source
/// path, offset), so the order in which they were read does not matter.
///
/// A new request begins before an extent event that lies more than `requestGap` after the one
/// before it, or before a call that starts more than `reopenWithin` after the first `task_end` of
/// the request so far. What is no extent event (escalations, breaker and generic events) belongs to
/// the latest request that began at or before it, else to the first.
package enum RequestFold {
    /// The requests of one id with, for each of its events, the index of the request it belongs to.
    package struct Result: Sendable {
        /// In order; empty where no event is part of an extent.
        package var requests: [RequestRow]
        /// `owners[i]` is the request of the i-th event, or -1 for an orphan.
        package var owners: [Int]
    }

    /// Folds events that share a request id.
    ///
    /// `events`: sorted; duplicates left out.
    package static func fold(_ events: [AgentEvent], settings: RequestSettings) -> Result {
        var owners = [Int](repeating: -1, count: events.count)
        var begins: [Timestamp] = []
        assignExtents(events, settings, &owners, &begins)
        guard !begins.isEmpty else { return Result(requests: [], owners: owners) }
        for index in events.indices where !events[index].kind.isExtent {
            owners[index] = owner(of: events[index].timestamp, begins)
        }
        if begins.count == 1 {
            return Result(requests: [folded(events[...], part: 0, settings)], owners: owners)
        }
        let requests = begins.indices.map { part in
            let own = events.indices.filter { owners[$0] == part }.map { events[$0] }
            return folded(own[...], part: part, settings)
        }
        return Result(requests: requests, owners: owners)
    }

    /// The latest request that began at or before a moment, else the first.
    private static func owner(of moment: Timestamp, _ begins: [Timestamp]) -> Int {
        begins.lastIndex { $0 <= moment } ?? 0  // by definition the first one
    }

    private static func assignExtents(
        _ events: [AgentEvent],
        _ settings: RequestSettings,
        _ owners: inout [Int],
        _ begins: inout [Timestamp]
    ) {
        var previous: Timestamp?
        var firstTaskEnd: Timestamp?
        for index in events.indices where events[index].kind.isExtent {
            let event = events[index]
            if startsAnew(event, previous, firstTaskEnd, settings) {
                begins.append(event.start)
                firstTaskEnd = nil
            } else if event.start < begins[begins.count - 1] {
                begins[begins.count - 1] = event.start
            }
            owners[index] = begins.count - 1
            previous = event.timestamp
            if event.kind == .taskEnd, firstTaskEnd == nil { firstTaskEnd = event.timestamp }
        }
    }

    private static func startsAnew(
        _ event: AgentEvent,
        _ previous: Timestamp?,
        _ firstTaskEnd: Timestamp?,
        _ settings: RequestSettings
    ) -> Bool {
        guard let previous else { return true }
        if event.timestamp.micros - previous.micros > settings.requestGap { return true }
        guard let firstTaskEnd, event.kind.isCall else { return false }
        return event.start.micros - firstTaskEnd.micros > settings.reopenWithin
    }

    private static func folded(
        _ events: ArraySlice<AgentEvent>,
        part: Int,
        _ settings: RequestSettings
    ) -> RequestRow {
        var fold = RequestAccumulator()
        for event in events { fold.add(event) }
        var row = fold.row(settings: settings)
        row.part = Int64(part)
        return row
    }
}
