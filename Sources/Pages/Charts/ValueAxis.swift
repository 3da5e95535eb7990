import Foundation
import MetricsEngine

/// An axis from zero to a round number above all values, with round labels.
struct ValueAxis: Sendable {
    /// A line across the chart with its label.
    struct Tick: Sendable, Equatable {
        var value: Double
        var text: String
    }

    /// The upper end of the axis, in the unit of the values.
    let top: Double
    let ticks: [Tick]

    /// How many labels there are above zero, about.
    private static let wanted = 3.0

    init(upTo largest: Double, _ unit: MetricUnit) {
        let largest = largest > 0 && largest.isFinite ? largest : Self.smallest(unit)
        let scale = AxisScale(largest, unit)
        let step = scale.step(largest / scale.factor / Self.wanted)
        let count = Int((largest / scale.factor / step - 1e-9).rounded(.up))
        var ticks: [Tick] = []
        for number in 0...max(1, count) {
            let value = Double(number) * step
            ticks.append(Tick(value: value * scale.factor, text: scale.text(value)))
        }
        self.ticks = ticks
        top = ticks.last?.value ?? largest  // there is always a tick
    }

    /// What an axis without any value goes up to.
    private static func smallest(_ unit: MetricUnit) -> Double {
        switch unit {
        case .ratio: 0.1
        case .usd: 0.01
        case .ms: 1_000
        case .count, .seconds, .tokens, .tokensPerSecond: 1
        }
    }

    /// How far up a value stands, from 0 to 1.
    func place(_ value: Double) -> Double { min(max(value / top, 0), 1) }
}

/// The unit in which an axis is labelled.
private struct AxisScale {
    /// How much one of the labelled units is in the values' unit.
    var factor: Double
    var prefix = ""
    var suffix = ""
    /// Whether steps are parts of an hour rather than of a power of ten.
    var isClock = false
    /// Whether only whole numbers make sense.
    var isWhole = false

    init(_ largest: Double, _ unit: MetricUnit) {
        factor = 1
        switch unit {
        case .ms: self = Self.time(largest, millisecond: 1)
        case .seconds: self = Self.time(largest, millisecond: 0.001)
        case .ratio: (factor, suffix) = (0.01, " %")
        case .usd:
            (factor, suffix) = Self.thousands(largest)
            prefix = "$"
        case .count:
            (factor, suffix) = Self.thousands(largest)
            isWhole = factor == 1
        case .tokens: (factor, suffix) = Self.thousands(largest)
        case .tokensPerSecond:
            (factor, suffix) = Self.thousands(largest)
            suffix += "/s"
        }
    }

    private init(factor: Double, suffix: String, isClock: Bool = false) {
        (self.factor, self.suffix, self.isClock) = (factor, suffix, isClock)
    }

    private static func time(_ largest: Double, millisecond: Double) -> AxisScale {
        switch largest / millisecond {
        case ..<1_000: AxisScale(factor: millisecond, suffix: " ms")
        case ..<120_000: AxisScale(factor: 1_000 * millisecond, suffix: " s")
        case ..<7_200_000: AxisScale(factor: 60_000 * millisecond, suffix: " min", isClock: true)
        default: AxisScale(factor: 3_600_000 * millisecond, suffix: " h")
        }
    }

    private static func thousands(_ largest: Double) -> (Double, String) {
        switch largest {
        case ..<2_000: (1, "")
        case ..<2_000_000: (1e3, " k")
        case ..<2_000_000_000: (1e6, " M")
        default: (1e9, " G")
        }
    }

    /// The least round step that is not below `least`.
    func step(_ least: Double) -> Double {
        if isClock, let step = [1.0, 2, 5, 10, 15, 20, 30, 60].first(where: { $0 >= least }) {
            return step
        }
        let power = pow(10, floor(log10(least)))
        let step = [1, 2, 5, 10].first { $0 * power >= least * (1 - 1e-9) } ?? 10
        return isWhole ? max(1, (step * power).rounded()) : step * power
    }

    /// A label with no more digits than it needs.
    func text(_ value: Double) -> String {
        guard value != 0 else { return "\(prefix)0" }
        let text = String(format: "%.6f", value)
        let digits = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
        return prefix + String(digits.reversed()) + suffix
    }
}
