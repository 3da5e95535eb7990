package import MetricsEngine

/// A line a metric, with its threshold, how much of it is used, and a word for it.
package struct MetricList {
    package var answer: ReportAnswer
    package var terminal: Terminal

    package init(answer: ReportAnswer, terminal: Terminal) {
        self.answer = answer
        self.terminal = terminal
    }
    private static let barWidth = 10

    /// The seven that say how agents do.
    package func keyMetrics() -> String { text("Key metrics", MetricCatalog.keyMetrics) }

    /// The ones that were asked for.
    package func chosen(_ metrics: [Metric]) -> String { text("Metric", metrics) }

    /// Those of a running display; columns that have no room at the right end are left out.
    package func live(_ title: String, _ metrics: [Metric]) -> String {
        let whole = table(title, metrics)
        guard whole.overflow(terminal, kept: 2) > 0 else { return whole.text(terminal) }
        // The word for its state is the last column, so the first to go.
        let table = table(title, metrics, marksCrossed: true)
        return table.dropping(table.overflow(terminal, kept: 2)).text(terminal)
    }

    private func text(_ title: String, _ metrics: [Metric]) -> String {
        let table = table(title, metrics)
        return table.isEmpty ? "" : table.text(terminal)
    }

    private func table(
        _ title: String,
        _ metrics: [Metric],
        marksCrossed: Bool = false
    ) -> TextTable {
        let group = answer.report.groups.first
        let before: [TextTable.Column] =
            group?.earlier == nil ? [] : [.number("before"), .text("change")]
        var table = TextTable(
            [.text(title, shrinksTo: nil), .number("value"), .number("n")] + before
                + [.number("threshold"), .text("used"), .text("")]
        )
        guard let group else { return table }
        for metric in metrics {
            guard let value = group.value(of: metric) else { continue }
            let mark = ThresholdMark(value.value, of: metric, rules: answer.rules)
            var cells = row(metric, value: value, mark: mark, marksCrossed: marksCrossed)
            if let before = group.earlierValue(of: metric) {
                cells.insert(contentsOf: change(metric, from: before, to: value), at: 3)
            }
            table.append(cells)
        }
        return table
    }

    /// The value of the earlier period, and how it moved since.
    private func change(
        _ metric: Metric,
        from before: MetricValue,
        to now: MetricValue
    ) -> [TextTable.Cell] {
        let trend = Trend(metric: metric, now: now, before: before)
        let style: TextStyle =
            trend.tone == "worse" ? .bad : trend.tone == "better" ? .good : .plain
        return [
            TextTable.Cell(HumanNumber.text(before, of: metric)),
            TextTable.Cell(trend.words ?? "", style),
        ]
    }

    private func row(
        _ metric: Metric,
        value: MetricValue,
        mark: ThresholdMark?,
        marksCrossed: Bool
    ) -> [TextTable.Cell] {
        let style = mark?.state.style ?? .plain
        // Without a value there is no mark, and still a threshold.
        let condition =
            mark?.rule.condition(metric.unit)
            ?? ThresholdMark.condition(of: metric, rules: answer.rules)
        let warning = marksCrossed && mark?.state == .crossed ? "! " : ""
        return [
            TextTable.Cell(metric.name),
            TextTable.Cell(warning + HumanNumber.text(value, of: metric), style),
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
