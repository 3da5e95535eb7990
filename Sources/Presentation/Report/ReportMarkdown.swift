import AgentEvents
import MetricsEngine

/// `report --format markdown`: the numbers as people read them, for a wiki or a ticket.
package enum ReportMarkdown {
    /// The window in words, as the first paragraph.
    static func window(
        _ query: MetricQuery,
        zone: ZoneArgument,
        conditions: [String],
        comparedWith earlier: TimeWindow?
    ) -> String {
        let words = ReportHeader.window(
            query,
            zone: zone,
            conditions: conditions,
            comparedWith: earlier
        )
        return escaped(words) + "\n\n"
    }

    /// A report without a breakdown: a line a metric.
    static func list(_ answer: ReportAnswer) -> String {
        let group = answer.report.groups.first
        let rows = group?.values.enumerated().map { place, pair in
            let (metric, value) = pair
            let threshold = ThresholdMark.condition(of: metric, rules: answer.rules) ?? ""
            let state = ThresholdMark(value.value, of: metric, rules: answer.rules)?.state.word
            let before = group?.earlier.map { earlier in
                let trend = Trend(metric: metric, now: value, before: earlier[place])
                return [number(earlier[place], metric), trend.words ?? ""]
            }
            return ["`\(metric.name)`", number(value, metric), HumanNumber.grouped(value.n)]
                + (before ?? []) + [escaped(threshold), state ?? ""]
        }
        let before = group?.earlier == nil ? [] : ["before", "change"]
        let heads = ["metric", "value", "n"] + before + ["alert if", "state"]
        let leaning = [false, true, true] + before.map { $0 == "before" } + [false, false]
        let table = table(heads, leaning: leaning, rows ?? [])
        let heading = window(
            answer.report.query,
            zone: answer.zone,
            conditions: answer.conditions,
            comparedWith: answer.report.comparedWith
        )
        return heading + table
    }

    /// The head of a table with a line a group.
    static func head(_ query: MetricQuery, _ metrics: [Metric], isCompared: Bool) -> String {
        let heads = metrics.flatMap { isCompared ? ["`\($0.name)`", "before"] : ["`\($0.name)`"] }
        return table(
            query.by.map(\.rawValue) + heads,
            leaning: query.by.map { _ in false } + heads.map { _ in true },
            []
        )
    }

    /// The line of a group.
    static func group(_ group: MetricGroup, _ query: MetricQuery) -> String {
        let cells = group.values.enumerated().flatMap { place, pair in
            let now = number(pair.value, pair.metric)
            return group.earlier.map { [now, number($0[place], pair.metric)] } ?? [now]
        }
        return line(group.key.map { key($0, query.zone) } + cells)
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
