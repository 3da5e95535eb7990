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

    /// What is drawn; `nil` is a gap.
    func number(at index: Int) -> Double? {
        guard let value = values[index], let number = value.value?.double, number.isFinite else {
            return nil
        }
        return metric.statistic == .sum && value.n == 0 ? nil : number
    }

    /// What stands in the table, with a sign where it is an estimate.
    func text(at index: Int) -> String {
        guard let value = values[index] else { return NumberCell.none }
        return NumberCell.text(value, of: metric)
    }

    /// The largest value, or 0.
    var largest: Double { values.indices.compactMap(number).max() ?? 0 }

    var hasValues: Bool { values.indices.contains { number(at: $0) != nil } }

    /// The stretches without gaps, in order.
    var runs: [Range<Int>] {
        var runs: [Range<Int>] = []
        for index in values.indices where number(at: index) != nil {
            if let last = runs.last, last.upperBound == index {
                runs[runs.count - 1] = last.lowerBound..<(index + 1)
            } else {
                runs.append(index..<(index + 1))
            }
        }
        return runs
    }
}
