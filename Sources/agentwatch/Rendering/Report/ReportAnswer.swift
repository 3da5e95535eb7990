import AgentEvents
import EventStorage
import MetricsEngine

/// A report with what its table shows beside the numbers.
struct ReportAnswer: Sendable {
    var report: MetricReport
    var newestEvent: Timestamp?
    var rules: [ThresholdRow]
    var zone: ZoneArgument
    /// The conditions as they were written.
    var conditions: [String]

    /// The sum of a count over all groups; `nil` where the metric is not part of the answer.
    func total(_ name: String) -> Int64? {
        var sum: Int64?
        for group in report.groups {
            guard let value = group.value(name), case .integer(let count) = value.value else {
                continue
            }
            // Nothing has been added before the first group.
            sum = (sum ?? 0) + count
        }
        return sum
    }
}

extension MetricGroup {
    /// The value of a metric, where the group has it.
    func value(_ name: String) -> MetricValue? {
        values.first { $0.metric.name == name }?.value
    }
}
