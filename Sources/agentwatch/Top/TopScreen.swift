import AgentEvents
import Alerting
import EventStorage
import MetricsEngine
import Presentation

/// The lines of `top`: what is shown, the key metrics, a row a name, and the keys.
struct TopScreen {
    var choice: TopChoice
    var figures: TopFigures?
    /// Why the numbers could not be computed anew.
    var problem: String?
    var now: Timestamp
    var terminal: Terminal
    /// Whether there are keys to tell of.
    var takesKeys: Bool

    private static let help = [
        "left, right   a shorter or a longer range: \(TopChoice.ranges.joined(separator: ", "))",
        "a  m  t       rows are agents, models, tools",
        "up, down, s   sort by another column",
        "/             filter, as agent=x model=a,b; an empty one takes it away",
        "space         look again now",
        "q             quit",
        "",
        "Any key leads back.",
    ]

    /// At most as many lines as there are rows.
    func lines(rows: Int) -> [String] {
        if choice.mode == .help { return Array((["Keys"] + Self.help).prefix(rows)) }
        let end = takesKeys ? [keys] : []
        let body = [heading, state] + metrics + [""] + table
        return Array(body.prefix(max(0, rows - end.count))) + end
    }

    private var heading: String {
        let conditions =
            choice.conditions.isEmpty
            ? "" : ", where \(choice.conditions.joined(separator: " and "))"
        let text = "The last \(choice.rangeWord) by \(choice.dimension.rawValue)\(conditions)"
        return paint(text, .strong)
    }

    private var state: String {
        if let problem = problem ?? choice.problem { return paint(problem, .bad) }
        guard let figures else { return paint("Computing the metrics ...", .faint) }
        let firing = figures.check.results.filter(\.state.isFiring)
        let names = firing.map(CheckText.name).joined(separator: ", ")
        guard let newest = figures.check.newestEvent else { return paint("No events yet.", .faint) }
        let age = HumanNumber.calmAge(micros: max(0, now.micros - newest.micros))
        let alerts = firing.isEmpty ? "no rule fires" : "firing: \(names)"
        return paint("Newest event \(age) ago · \(alerts)", firing.isEmpty ? .faint : .bad)
    }

    private func paint(_ text: String, _ style: TextStyle) -> String {
        terminal.palette.paint(DisplayWidth.fitted(SafeText.line(text), terminal.width), style)
    }

    private var metrics: [String] {
        guard let figures else { return [] }
        let answer = ReportAnswer(
            report: figures.whole,
            newestEvent: figures.check.newestEvent,
            rules: figures.rules,
            zone: .utc,
            conditions: []
        )
        return Self.lines(
            MetricList(answer: answer, terminal: terminal).live("", TopFigures.metrics)
        )
    }

    private var table: [String] {
        guard let figures else { return [] }
        let metrics = choice.metrics
        let sorted = metrics[choice.column]
        var table = TextTable(
            [.text(choice.dimension.rawValue, shrinksTo: 12)]
                + metrics.map { .number($0 == sorted ? "\($0.title) v" : $0.title) }
        )
        for group in figures.groups.largestFirst(by: sorted) {
            table.append(
                [TextTable.Cell(GroupName.text(group.key.first ?? .none))]
                    + metrics.map { metric in
                        let value = group.value(of: metric)
                        let mark = ThresholdMark(value?.value, of: metric, rules: figures.rules)
                        let text = value.map { HumanNumber.text($0, of: metric) }
                        let style = mark?.state == .ok ? TextStyle.plain : mark?.state.style
                        return TextTable.Cell(text ?? HumanNumber.none, style ?? .plain)
                    }
            )
        }
        guard !table.isEmpty else { return [paint("Nothing in this range matches.", .faint)] }
        // The column that is sorted by is shown in any case.
        let dropped = table.overflow(terminal, kept: choice.column + 2)
        return Self.lines(table.dropping(dropped).text(terminal))
    }

    private var keys: String {
        if case .typing(let text) = choice.mode { return paint("filter: \(text)_", .strong) }
        return paint("arrows range and sort · a m t rows · / filter · ? help · q quit", .faint)
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}
