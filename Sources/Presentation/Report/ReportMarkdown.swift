import AgentEvents
import MetricsEngine

/// `report --format markdown`: the numbers as people read them, for a wiki or a ticket.
package enum ReportMarkdown {
    /// The window in words, as the first paragraph.
    static func window(
        _ query: MetricQuery,
        zone: ZoneArgument,
        conditions: [String]
    ) -> String {
        escaped(ReportHeader.window(query, zone: zone, conditions: conditions)) + "\n\n"
    }

    /// A report without a breakdown: a line a metric.
    static func list(_ answer: ReportAnswer) -> String {
        let rows = answer.report.groups.first?.values.map { metric, value in
            let threshold = ThresholdMark.condition(of: metric, rules: answer.rules) ?? ""
            let state = ThresholdMark(value.value, of: metric, rules: answer.rules)?.state.word
            return [
                "`\(metric.name)`", number(value, metric), HumanNumber.grouped(value.n),
                escaped(threshold), state ?? "",
            ]
        }
        let heads = ["metric", "value", "n", "alert if", "state"]
        let table = table(heads, leaning: [false, true, true, false, false], rows ?? [])
        return window(answer.report.query, zone: answer.zone, conditions: answer.conditions) + table
    }

    /// The head of a table with a line a group.
    static func head(_ query: MetricQuery, _ metrics: [Metric]) -> String {
        table(
            query.by.map(\.rawValue) + metrics.map { "`\($0.name)`" },
            leaning: query.by.map { _ in false } + metrics.map { _ in true },
            []
        )
    }

    /// The line of a group.
    static func group(_ group: MetricGroup, _ query: MetricQuery) -> String {
        line(
            group.key.map { key($0, query.zone) } + group.values.map { number($0.value, $0.metric) }
        )
    }

    private static func line(_ cells: [String]) -> String {
        "| \(cells.joined(separator: " | ")) |\n"
    }

    private static func table(
        _ heads: [String],
        leaning isNumber: [Bool],
        _ rows: [[String]]
    ) -> String {
        let lines = [heads, isNumber.map { $0 ? "---:" : "---" }] + rows
        return lines.map(line).joined()
    }

    private static func number(_ value: MetricValue, _ metric: Metric) -> String {
        let text = HumanNumber.text(value, of: metric)
        return value.exact || text == HumanNumber.none ? text : "≈ \(text)"
    }

    private static func key(_ key: KeyValue, _ zone: ZoneOffsets) -> String {
        switch key {
        case .name(let name): escaped(name)
        case .none: "(none)"
        case .moment(let moment): moment.readable(in: zone)
        case .rest: WhereExpression.rest
        }
    }

    /// A name as it is: no markup, no HTML, no end of a cell.
    private static func escaped(_ text: String) -> String {
        var safe = ""
        for character in SafeText.line(text) {
            switch character {
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "&": safe += "&amp;"
            case "\\", "`", "*", "_", "[", "]", "|", "!", "#", "~": safe += "\\\(character)"
            default: safe.append(character)
            }
        }
        return safe
    }
}
