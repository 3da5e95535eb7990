package import AgentEvents

/// A time zone as data: its offsets from UTC, each from a moment on.
///
/// Where the offsets come from is the caller's concern; nothing here knows a zone's name.
package struct ZoneOffsets: Sendable, Equatable {
    private var starts: [Timestamp]
    private var offsets: [Int64]

    /// No offset at any time.
    package static let utc = ZoneOffsets(transitions: [])

    /// - Parameter transitions: the first also holds before its moment; without any, UTC.
    package init(transitions: [(from: Timestamp, secondsFromUTC: Int32)]) {
        let sorted = transitions.sorted { $0.from < $1.from }
        starts = sorted.map(\.from)
        offsets = sorted.map { Int64($0.secondsFromUTC) * Micros.second }
        if starts.isEmpty {
            starts = [.distantPast]
            offsets = [0]
        }
    }

    /// What is added to UTC for local time, in microseconds.
    package func offset(at moment: Timestamp) -> Int64 { segment(at: moment).offset }

    /// The start of the minute, hour or day of local time that a moment lies in.
    ///
    /// An hour that is repeated when clocks go back is two hours, also where only a half of it is
    /// repeated: the second then starts when the clocks are moved. A day is one stretch whatever
    /// the clocks do: it starts at the first moment that has its date, and where local midnight is
    /// skipped that is the moment of the skip.
    package func start(of length: Int64, holding moment: Timestamp) -> Timestamp {
        let segment = segment(at: moment)
        let local = moment.micros + segment.offset
        let floored = local - local.modulo(length)
        var start = Timestamp(micros: floored - segment.offset)
        if start < segment.from {
            let wasSetBack = offset(at: segment.from - 1) > segment.offset
            if wasSetBack, length < Micros.day { return segment.from }
            // Clocks were moved in between: the start is told in the time that was in force then.
            start = min(Timestamp(micros: floored - offset(at: start)), segment.from)
        }
        if length >= Micros.day { start = firstMoment(ofDay: floored, from: start, length) }
        return start
    }

    /// The parts of a window between which clocks are moved, in order, each with its offset from UTC
    /// in microseconds.
    func stretches(in window: TimeWindow) -> [(window: TimeWindow, offset: Int64)] {
        offsets.indices.compactMap { index in
            // The first offset also holds before its moment, the last for ever.
            let from = index == 0 ? window.since : max(starts[index], window.since)
            let until =
                index + 1 < starts.count ? min(starts[index + 1], window.until) : window.until
            guard from < until else { return nil }
            return (TimeWindow(since: from, until: until), offsets[index])
        }
    }

    /// Where clocks went back over midnight, the same date began once before.
    private func firstMoment(
        ofDay floored: Int64,
        from start: Timestamp,
        _ length: Int64
    )
        -> Timestamp
    {
        let before = start - 1
        let offset = offset(at: before)
        let local = before.micros + offset
        guard local - local.modulo(length) == floored else { return start }
        return Timestamp(micros: floored - offset)
    }

    private func segment(at moment: Timestamp) -> (from: Timestamp, offset: Int64) {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        let index = max(low - 1, 0)
        return (index == 0 ? .distantPast : starts[index], offsets[index])
    }
}
