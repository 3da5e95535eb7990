import MetricsEngine
import Presentation

/// One line, band or layer of a chart: a metric at each stretch of the time axis.
struct ChartSeries: Sendable {
    var name: String
    var metric: Metric
    /// Parallel to the axis; without a value where there is no data, which is never zero.
    var values: [MetricValue?]
    /// Which of the colours; 0 is that of failures, 7 that of all others together.
    var color: Int

    /// The same of the earlier period, parallel to the axis; `nil` where none is compared with.
    var earlier: [MetricValue?]?

    /// What is drawn; `nil` is a gap.
    func number(at index: Int) -> Double? { number(values[index]) }

    /// What is drawn of the earlier period.
    func earlierNumber(at index: Int) -> Double? { earlier.flatMap { number($0[index]) } }

    private func number(_ value: MetricValue?) -> Double? {
        guard let value, let number = value.value?.double, number.isFinite else { return nil }
        return metric.statistic == .sum && value.n == 0 ? nil : number
    }

    /// What stands in the table, with a sign where it is an estimate.
    func text(at index: Int) -> String { text(values[index]) }

    /// The same of the earlier period.
    func earlierText(at index: Int) -> String { text(earlier?[index]) }

    private func text(_ value: MetricValue?) -> String {
        guard let value else { return NumberCell.none }
        return NumberCell.text(value, of: metric)
    }

    /// The largest value, or 0.
    var largest: Double { values.indices.compactMap(number).max() ?? 0 }

    /// The largest value of the earlier period, or 0.
    var largestEarlier: Double { values.indices.compactMap(earlierNumber).max() ?? 0 }

    var hasValues: Bool { values.indices.contains { number(at: $0) != nil } }

    var hasEarlierValues: Bool { values.indices.contains { earlierNumber(at: $0) != nil } }

    /// The stretches without gaps, in order.
    var runs: [Range<Int>] { Self.runs(values.indices.map(number)) }

    /// The stretches of the earlier period without gaps, in order.
    var earlierRuns: [Range<Int>] { Self.runs(values.indices.map(earlierNumber)) }

    private static func runs(_ numbers: [Double?]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for index in numbers.indices where numbers[index] != nil {
            if let last = runs.last, last.upperBound == index {
                runs[runs.count - 1] = last.lowerBound..<(index + 1)
            } else {
                runs.append(index..<(index + 1))
            }
        }
        return runs
    }
}
