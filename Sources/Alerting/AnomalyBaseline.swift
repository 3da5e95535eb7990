import AgentEvents

/// The past that an anomaly rule compares a window with.
package struct AnomalyBaseline: Sendable, Hashable {
    /// How far back it reaches.
    package var seconds: Int64 = 14 * 86_400
    /// The least change that counts, in the metric's unit.
    package var minChange: Double = 0

    package init(seconds: Int64 = 14 * 86_400, minChange: Double = 0) {
        self.seconds = seconds
        self.minChange = minChange
    }

    /// Fewer past windows tell nothing.
    static let leastPoints = 12
    /// How far from the window's own time of day the past ones may begin.
    private static let reach = Micros.hour

    /// The past windows of the same length: aligned to multiples of it in UTC, begun within an hour of
    /// the same time of day, ended before the window begins; ascending.
    func windows(before window: TimeWindow) -> [TimeWindow] {
        let length = window.until.micros - window.since.micros
        let oldest = window.since - seconds * Micros.second
        var windows: [TimeWindow] = []
        for day in stride(from: seconds / 86_400, through: 0, by: -1) {
            let same = window.since - day * Micros.day
            let first = max(same - Self.reach, oldest)
            let last = min(same + Self.reach, window.since - length)
            var start = first + (length - 1) - (first + (length - 1)).micros.modulo(length)
            while start <= last {
                windows.append(TimeWindow(since: start, until: start + length))
                start = start + length
            }
        }
        return windows
    }

    /// How many past windows of a length there are, at the time of day that has the most of them and
    /// at the one that has the fewest.
    func points(ofMinutes length: Int64) -> (most: Int, fewest: Int) {
        // Windows are aligned to multiples of a length that need not divide a day: the pattern of one
        // that does repeats every day, and for others one day's look is near enough.
        let noon = Timestamp(micros: 20_000 * Micros.day)
        let counts = stride(from: Int64(0), to: 1_440, by: 5).map { minute in
            let since = noon + minute * Micros.minute
            return windows(
                before: TimeWindow(since: since, until: since + length * Micros.minute)
            ).count
        }
        return (counts.max() ?? 0, counts.min() ?? 0)  // there are 288 of them
    }
}

/// How far a value lies from the values of past windows, robustly.
struct AnomalyScore {
    let median: Double
    /// What a deviation is measured in.
    let divisor: Double
    let points: Int

    /// `values`: those of the past windows; at least one.
    init(_ values: [Double], minChange: Double) {
        let median = Self.median(values)
        self.median = median
        points = values.count
        let deviation = Self.median(values.map { abs($0 - median) })
        divisor = max(deviation, 0.05 * median, minChange)
    }

    /// The modified z-score, for a divisor above 0.
    ///
    /// The factor makes the median deviation of a normal distribution its standard deviation.
    func z(_ value: Double) -> Double { 0.6745 * (value - median) / divisor }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
