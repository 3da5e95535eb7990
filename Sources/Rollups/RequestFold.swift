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
        fold(events, at: (0..<Int32(events.count)).map { $0 }, settings: settings)
    }

    /// Folds those of some events that share a request id.
    ///
    /// `places`: where they are, sorted by what they say; duplicates left out. `owners` goes by places.
    package static func fold(
        _ events: [AgentEvent],
        at places: [Int32],
        settings: RequestSettings
    ) -> Result {
        var owners = [Int](repeating: -1, count: places.count)
        var cut = ExtentCut(settings: settings)
        for (index, place) in places.enumerated() where events[Int(place)].kind.isExtent {
            owners[index] = cut.add(events[Int(place)])
        }
        guard !cut.begins.isEmpty else { return Result(requests: [], owners: owners) }
        for (index, place) in places.enumerated() where !events[Int(place)].kind.isExtent {
            owners[index] = cut.owner(of: events[Int(place)].timestamp) ?? -1  // an orphan
        }
        if cut.begins.count == 1 {
            let request = folded(events, at: places, part: 0, settings)
            return Result(requests: [request], owners: owners)
        }
        var parts = [[Int32]](repeating: [], count: cut.begins.count)
        for (place, owner) in zip(places, owners) { parts[owner].append(place) }
        let requests = parts.indices.map { folded(events, at: parts[$0], part: $0, settings) }
        return Result(requests: requests, owners: owners)
    }

    private static func folded(
        _ events: [AgentEvent],
        at places: [Int32],
        part: Int,
        _ settings: RequestSettings
    ) -> RequestRow {
        var fold = RequestAccumulator()
        for place in places { fold.add(events[Int(place)]) }
        var row = fold.row(settings: settings)
        row.part = Int64(part)
        return row
    }
}
