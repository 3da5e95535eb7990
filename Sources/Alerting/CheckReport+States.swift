package import EventStorage
import MetricsEngine

extension CheckReport {
    /// The same results with the states that their alerts are in; alerts that no result is about,
    /// since the window does not hold their group any more, come last.
    package func inStates(of records: [AlertRecord]) -> CheckReport {
        var report = self
        var remaining = Dictionary(records.map { ($0.id, $0) }) { first, _ in first }
        report.isStateful = true
        report.results = results.map { result in
            var result = result
            guard let record = remaining.removeValue(forKey: result.alertID) else { return result }
            result.state = record.state
            return result
        }
        report.results += remaining.values.sorted { $0.id.text < $1.id.text }.map {
            RuleResult($0)
        }
        return report
    }
}

extension RuleResult {
    /// What is remembered of an alert, where the last evaluation has no result for it.
    fileprivate init(_ record: AlertRecord) {
        self.init(
            name: record.rule,
            group: record.labels.compactMap { label in
                Dimension(rawValue: label.name).map { GroupLabel($0, label.value) }
            },
            metric: record.metric,
            op: record.op,
            threshold: record.threshold,
            severity: Severity(rawValue: record.severity) ?? .critical,  // a spoilt word: the worst
            n: record.n,
            result: record.result,
            state: record.state,
            reason: record.reason
        )
    }
}
