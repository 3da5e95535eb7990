import MetricsEngine

/// All metrics of an answer without groups: a table a kind of unit, a row a measure, its statistics
/// side by side.
package struct MetricGrid {
    package var answer: ReportAnswer
    package var terminal: Terminal

    package init(answer: ReportAnswer, terminal: Terminal) {
        self.answer = answer
        self.terminal = terminal
    }

    private static let sections: [(title: String, levels: [MetricLevel])] = [
        ("Requests", [.request, .state]), ("LLM calls", [.llmCall]), ("Tool calls", [.toolCall]),
        ("Calls", [.call]), ("Lines read", [.ledger]),
    ]
    private static let columns = ["value", "avg", "p50", "p95", "p99", "max"]

    /// The tables of the kinds of unit that the window holds.
    package func texts() -> [String] {
        guard let group = answer.report.groups.first else { return [] }
        return Self.sections.compactMap { title, levels in
            let values = group.values.filter { levels.contains($0.metric.level) }
            return values.allSatisfy { $0.value.n == 0 } ? nil : table(title, values).text(terminal)
        }
    }

    /// One measure with its statistics by column.
    private struct Measure {
        var stem: String
        var n: Int64
        var cells: [String: TextTable.Cell] = [:]
    }

    private func table(
        _ title: String,
        _ values: [(metric: Metric, value: MetricValue)]
    ) -> TextTable {
        let measures = measures(values)
        let used = Self.columns.filter { column in measures.contains { $0.cells[column] != nil } }
        var table = TextTable(
            [.text(title, shrinksTo: nil)] + used.map { .number($0) } + [.number("n")]
        )
        for measure in measures {
            let cells = used.map { measure.cells[$0] ?? TextTable.Cell("") }
            let n = TextTable.Cell(HumanNumber.grouped(measure.n), .faint)
            table.append([TextTable.Cell(measure.stem)] + cells + [n])
        }
        return table
    }

    private func measures(_ values: [(metric: Metric, value: MetricValue)]) -> [Measure] {
        var measures: [Measure] = []
        for (metric, value) in values {
            let (stem, column) = Self.place(metric)
            let mark = ThresholdMark(value.value, of: metric, rules: answer.rules)
            let isOK = mark.map { $0.state == .ok } ?? true
            let cell = TextTable.Cell(
                HumanNumber.text(value, of: metric),
                isOK ? .plain : mark?.state.style ?? .plain
            )
            if let index = measures.firstIndex(where: { $0.stem == stem }) {
                measures[index].cells[column] = cell
            } else {
                measures.append(Measure(stem: stem, n: value.n, cells: [column: cell]))
            }
        }
        return measures
    }

    /// The name without its statistic, and the column that the statistic belongs in.
    private static func place(_ metric: Metric) -> (stem: String, column: String) {
        let column =
            switch metric.statistic {
            case .mean: "avg"
            case .max: "max"
            case .quantile(let share): "p\(Int((share * 100).rounded()))"
            case .count, .sum, .ratio, .value: "value"
            }
        guard columns.contains(column), metric.name.hasSuffix("_\(column)") else {
            return (metric.name, "value")
        }
        return (String(metric.name.dropLast(column.count + 1)), column)
    }
}
