import AgentEvents
import MetricsEngine
import Presentation

/// The minutes, hours or days of a window, as equal steps of a chart.
struct TimeAxis: Sendable {
    /// The dimension of time by which the chart's query is grouped.
    let dimension: Dimension
    let zone: ZoneOffsets
    /// The starts of the stretches, ascending.
    let starts: [Timestamp]

    /// A label under the axis.
    struct Tick: Sendable, Equatable {
        /// How far along the axis, from 0 to 1.
        var place: Double
        var text: String
        /// Whether narrow screens leave it out.
        var isMinor: Bool
    }

    /// More stretches than this are no longer told apart.
    static let maxSteps = 800
    private static let maxTicks = 7

    /// The finest cut that a window of this length is still readable in.
    static func dimension(for window: TimeWindow) -> Dimension {
        let length = window.until.micros - window.since.micros
        if length <= 6 * Micros.hour { return .minute }
        return length <= 10 * Micros.day ? .hour : .day
    }

    init(_ window: TimeWindow, _ dimension: Dimension, zone: ZoneOffsets) {
        self.dimension = dimension
        self.zone = zone
        let length = dimension.length ?? Micros.day  // an axis is of time
        var starts: [Timestamp] = []
        var start = zone.start(of: length, holding: window.since)
        while start < window.until, starts.count < Self.maxSteps {
            starts.append(start)
            // Days have 23 to 25 hours: two hours into the next one is always that one.
            let slack = dimension == .day ? 2 * Micros.hour : 0
            start = zone.start(of: length, holding: start + length + slack)
        }
        self.starts = starts
    }

    /// Where a stretch stands; `nil` where the axis does not reach.
    func index(of moment: Timestamp) -> Int? {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < moment { low = middle + 1 } else { high = middle }
        }
        return low < starts.count && starts[low] == moment ? low : nil
    }

    /// How far along the axis a moment is, from 0 to 1; `nil` where the axis does not reach.
    func place(of moment: Timestamp) -> Double? {
        guard let first = starts.first, moment >= first else { return nil }
        let index = (starts.firstIndex { $0 > moment } ?? starts.count) - 1
        let length = dimension.length ?? Micros.day  // an axis is of time
        let into = Double(moment.micros - starts[index].micros) / Double(length)
        // The last stretch ends; a day on which clocks go back is longer than others.
        guard into < 1 || index < starts.count - 1 else { return nil }
        return (Double(index) + min(into, 1)) / Double(starts.count)
    }

    /// What a stretch is called in a table.
    func name(of index: Int) -> String {
        let time = CalendarTime(starts[index], offset: zone.offset(at: starts[index]))
        return dimension == .day ? time.dateText : "\(time.dateText) \(time.minuteText)"
    }

    /// Labels at whole quarters, hours, days, as many as there is room for.
    var ticks: [Tick] {
        let round = steps.lazy.map(indices).first { $0.count <= Self.maxTicks } ?? everyFew
        return round.enumerated().map { position, index in
            Tick(
                place: Double(index) / Double(starts.count),
                text: label(index),
                isMinor: round.count > 4 && position % 2 == 1
            )
        }
    }

    /// Lengths between labels, in microseconds, from short to long.
    private var steps: [Int64] {
        let minutes: [Int64] = [1, 2, 5, 10, 15, 30, 60].map { $0 * Micros.minute }
        let hours: [Int64] = [1, 2, 3, 6, 12, 24].map { $0 * Micros.hour }
        switch dimension {
        case .minute: return minutes + hours
        case .hour: return hours + [2 * Micros.day]
        default: return [Micros.day, 2 * Micros.day]
        }
    }

    /// The stretches that begin at a multiple of a step of local time.
    private func indices(_ step: Int64) -> [Int] {
        starts.indices.filter { index in
            (starts[index].micros + zone.offset(at: starts[index])).modulo(step) == 0
        }
    }

    private var everyFew: [Int] {
        let every = (starts.count + Self.maxTicks - 1) / Self.maxTicks
        return Array(stride(from: 0, to: starts.count, by: max(1, every)))
    }

    private func label(_ index: Int) -> String {
        let time = CalendarTime(starts[index], offset: zone.offset(at: starts[index]))
        let isMidnight = time.hour == 0 && time.minute == 0
        return isMidnight || dimension == .day ? Self.day(time) : time.minuteText
    }

    /// The day as `22 Nov`.
    private static func day(_ time: CalendarTime) -> String {
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        return "\(time.date.day) \(months[Int(time.date.month) - 1])"
    }
}
