import MetricsEngine

/// A line a metric, with its threshold, how much of it is used, and a word for it.
struct MetricList {
    var answer: ReportAnswer
    var terminal: Terminal
    private static let barWidth = 10

    /// The seven that say how agents do.
    func keyMetrics() -> String { text("Key metrics", MetricCatalog.keyMetrics) }

    /// The ones that were asked for.
    func chosen(_ metrics: [Metric]) -> String { text("Metric", metrics) }

    private func text(_ title: String, _ metrics: [Metric]) -> String {
        guard let group = answer.report.groups.first else { return "" }
        var table = TextTable([
            .text(title, shrinksTo: nil), .number("value"), .number("n"), .number("threshold"),
            .text("used"), .text(""),
        ])
        for metric in metrics {
            guard let value = group.value(metric.name) else { continue }
            let mark = ThresholdMark(value.value, of: metric, rules: answer.rules)
            table.append(row(metric, value, mark))
        }
        return table.isEmpty ? "" : table.text(terminal)
    }

    private func row(
        _ metric: Metric,
        _ value: MetricValue,
        _ mark: ThresholdMark?
    ) -> [TextTable.Cell] {
        let style = mark?.state.style ?? .plain
        // Without a value there is no mark, and still a threshold.
        let condition =
            mark?.rule.condition(metric.unit)
            ?? ThresholdMark.condition(of: metric, rules: answer.rules)
        return [
            TextTable.Cell(metric.name),
            TextTable.Cell(HumanNumber.text(value, of: metric), style),
            TextTable.Cell(HumanNumber.grouped(value.n), .faint),
            TextTable.Cell(condition ?? HumanNumber.none, .faint),
            TextTable.Cell(
                mark?.bar(width: Self.barWidth, drawsBlocks: terminal.drawsBlocks) ?? "",
                style
            ),
            TextTable.Cell(mark?.state.word ?? (value.value == nil ? "no data" : ""), style),
        ]
    }
}
