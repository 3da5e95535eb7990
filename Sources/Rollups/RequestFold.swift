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
        /// The requests in order; empty where no event is part of an extent.
        package var requests: [RequestRow]
        /// `owners[i]` is the request of the i-th event, or -1 for an orphan.
        package var owners: [Int]
    }

    /// Folds events that share a request id.
    ///
    /// `events`: sorted; duplicates left out.
    package static func fold(_ events: [AgentEvent], settings: RequestSettings) -> Result {
        var owners = [Int](repeating: -1, count: events.count)
        var cut = ExtentCut(settings: settings)
        for index in events.indices where events[index].kind.isExtent {
            owners[index] = cut.add(events[index])
        }
        guard !cut.begins.isEmpty else { return Result(requests: [], owners: owners) }
        for index in events.indices where !events[index].kind.isExtent {
            owners[index] = cut.owner(of: events[index].timestamp) ?? -1  // an orphan
        }
        if cut.begins.count == 1 {
            return Result(requests: [folded(events[...], part: 0, settings)], owners: owners)
        }
        var parts = [[AgentEvent]](repeating: [], count: cut.begins.count)
        for (event, owner) in zip(events, owners) { parts[owner].append(event) }
        let requests = parts.indices.map { folded(parts[$0][...], part: $0, settings) }
        return Result(requests: requests, owners: owners)
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
