import AgentEvents
package import Alerting
import EventStorage
import MetricsEngine

/// A check for reading: the status line that monitoring systems take, then a line a rule.
package struct CheckText {
    package var answer: CheckAnswer
    package var zone: ZoneArgument
    package var terminal: Terminal
    /// The status line alone.
    package var isQuiet: Bool

    package init(answer: CheckAnswer, zone: ZoneArgument, terminal: Terminal, isQuiet: Bool) {
        self.answer = answer
        self.zone = zone
        self.terminal = terminal
        self.isQuiet = isQuiet
    }

    /// The status line, a row a rule, and what was left out.
    package func text() -> String {
        let status = terminal.palette.paint(answer.report.statusLine, statusStyle) + "\n"
        guard !isQuiet else { return status }
        return status + table() + notes()
    }

    private var statusStyle: TextStyle {
        switch answer.report.status {
        case .ok: .good
        case .warning: .near
        case .critical: .bad
        case .unknown: .strong
        }
    }

    private func table() -> String {
        var table = TextTable([
            .text("", shrinksTo: nil), .text("rule", shrinksTo: 16), .number("value"),
            .number("threshold"), .number("n"), .text("window"), .text("", shrinksTo: 20),
        ])
        for result in answer.report.results { table.append(row(result)) }
        return table.isEmpty ? "" : table.text(terminal)
    }

    private func row(_ result: RuleResult) -> [TextTable.Cell] {
        let unit = MetricCatalog.metric(named: result.metric)?.unit
        let (word, style) = Self.word(result)
        // A score has no unit.
        let limit = (result.score == nil ? unit : .count).map {
            HumanNumber.text(.real(result.threshold), $0)
        }
        return [
            TextTable.Cell(word, style),
            TextTable.Cell(Self.name(result)),
            TextTable.Cell(Self.value(result, unit), style),
            TextTable.Cell("\(result.op) \(limit ?? "\(result.threshold)")", .faint),
            TextTable.Cell(HumanNumber.grouped(result.n), .faint),
            TextTable.Cell(window(result.window), .faint),
            TextTable.Cell(result.reason ?? result.summary ?? ""),
        ]
    }

    /// What the rule is called, with its group.
    package static func name(_ result: RuleResult) -> String {
        guard !result.group.isEmpty else { return result.name }
        let labels = result.group.map {
            "\($0.dimension.rawValue)=\($0.value ?? WhereExpression.none)"
        }
        return "\(result.name) (\(labels.joined(separator: ", ")))"
    }

    /// The value, with what is compared in its place.
    private static func value(_ result: RuleResult, _ unit: MetricUnit?) -> String {
        let value = unit.map { HumanNumber.text(result.value, $0) } ?? ""
        guard let score = result.score else { return value }
        return "\(value), \(result.scoreName) \(HumanNumber.text(.real(score), .count))"
    }

    private static func word(_ result: RuleResult) -> (String, TextStyle) {
        if result.state == .pending { return ("pending", .near) }
        if result.state.isFiring {
            return (result.severity.rawValue, result.severity == .critical ? .bad : .near)
        }
        switch result.result {
        case .error: return ("error", .bad)
        case .noData: return ("no data", .plain)
        case .insufficient: return ("too few", .plain)
        case .breach, .fine: return ("ok", .good)
        }
    }

    /// The window as `09:44 to 09:59`, with dates where it is longer than a day.
    private func window(_ window: TimeWindow?) -> String {
        guard let window else { return "" }
        let isShort = window.until.micros - window.since.micros <= Micros.day
        let ends = [window.since, window.until].map { moment in
            let time = CalendarTime(moment, offset: zone.offsets.offset(at: moment))
            return isShort ? time.minuteText : "\(time.dateText) \(time.minuteText)"
        }
        return ends.joined(separator: " to ")
    }

    private func notes() -> String {
        answer.leftOut.map { left in
            let text = "Left out: \(SafeText.line(left.metric)), since \(left.reason)"
            return terminal.palette.paint(text, .faint) + "\n"
        }.joined()
    }
}
