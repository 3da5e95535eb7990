package import AgentEvents
package import EventStorage
package import MetricsEngine

/// A report with what its table shows beside the numbers.
package struct ReportAnswer: Sendable {
    package var report: MetricReport
    package var newestEvent: Timestamp?
    package var rules: [ThresholdRow]
    package var zone: ZoneArgument
    /// The conditions as they were written.
    package var conditions: [String]

    package init(
        report: MetricReport,
        newestEvent: Timestamp?,
        rules: [ThresholdRow],
        zone: ZoneArgument,
        conditions: [String]
    ) {
        self.report = report
        self.newestEvent = newestEvent
        self.rules = rules
        self.zone = zone
        self.conditions = conditions
    }

    /// The sum of a count over all groups; `nil` where the metric is not part of the answer.
    package func total(_ metric: Metric) -> Int64? {
        var sum: Int64?
        for group in report.groups {
            guard let value = group.value(of: metric), case .integer(let count) = value.value else {
                continue
            }
            // Nothing has been added before the first group.
            sum = (sum ?? 0) + count
        }
        return sum
    }
}
