import MetricsEngine

/// `report --format markdown`: the numbers as people read them, for a wiki or a ticket.
package enum ReportMarkdown {
    /// A line a metric without a breakdown, else a line a group.
    package static func text(_ answer: ReportAnswer) -> String {
        let report = answer.report
        let window = ReportHeader.window(answer)
        let table = report.query.by.isEmpty ? list(answer) : breakdown(report)
        return "\(escaped(window))\n\n\(table)"
    }

    private static func list(_ answer: ReportAnswer) -> String {
        let rows = answer.report.groups.first?.values.map { metric, value in
            let threshold = ThresholdMark.condition(of: metric, rules: answer.rules) ?? ""
            let state = ThresholdMark(value.value, of: metric, rules: answer.rules)?.state.word
            return [
                "`\(metric.name)`", number(value, metric), HumanNumber.grouped(value.n),
                escaped(threshold), state ?? "",
            ]
        }
        let heads = ["metric", "value", "n", "alert if", "state"]
        return table(heads, leaning: [false, true, true, false, false], rows ?? [])
    }

    private static func breakdown(_ report: MetricReport) -> String {
        // Every group has the same metrics.
        let metrics = report.groups.first?.values.map(\.metric) ?? []
        let by = report.query.by
        let rows = report.groups.map { group in
            group.key.map { key($0, report.query.zone) }
                + group.values.map { number($0.value, $0.metric) }
        }
        return table(
            by.map(\.rawValue) + metrics.map { "`\($0.name)`" },
            leaning: by.map { _ in false } + metrics.map { _ in true },
            rows
        )
    }

    private static func table(
        _ heads: [String],
        leaning isNumber: [Bool],
        _ rows: [[String]]
    ) -> String {
        let lines = [heads, isNumber.map { $0 ? "---:" : "---" }] + rows
        return lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
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
