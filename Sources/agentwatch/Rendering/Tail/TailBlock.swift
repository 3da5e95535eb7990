import AgentEvents
import Alerting
import EventStorage
import MetricsEngine
import Pipeline
import Presentation

/// What `tail` shows on a terminal: how reading goes, what fires, how agents do.
struct TailBlock {
    /// The patterns as they were written.
    var patterns: [String]
    var counts: TailCounts
    var figures: TailFigures?
    /// Why the figures could not be computed anew.
    var problem: String?
    var now: Timestamp
    var terminal: Terminal

    /// How many sources that are behind are named.
    private static let maxBehind = 3
    /// How many firing rules are named.
    private static let maxFiring = 5

    /// The lines; where there are more than rows, gaps go first, then the last metrics.
    func lines(rows: Int) -> [String] {
        var parts = [reading, alerts, behind, metrics].filter { !$0.isEmpty }
        let gaps = parts.count - 1
        let all = parts.reduce(0) { $0 + $1.count }
        if all + gaps <= rows { return Array(parts.joined(separator: [""])) }
        if all > rows, let last = parts.popLast() { parts.append(last.dropLast(all - rows)) }
        return Array(parts.joined())
    }

    private var reading: [String] {
        let rate = counts.rate(now: now)
        let files = HumanNumber.counted(Int64(counts.state.files), "file")
        var facts = [
            counts.state.files == 0
                ? files
                : "\(files), \(counts.state.behind == 0 ? "all read" : "\(counts.state.behind) behind")",
            "\(HumanNumber.short(rate)) events/s",
            "\(HumanNumber.counted(counts.ledger.events, "event")) stored",
        ]
        if counts.ledger.rejected > 0 {
            facts.append("\(HumanNumber.grouped(counts.ledger.rejected)) rejected")
        }
        facts.append("for \(HumanNumber.calmAge(micros: now.micros - counts.startedAt.micros))")
        let title = "Following \(SafeText.line(patterns.joined(separator: " ")))"
        return [terminal.palette.paint(DisplayWidth.fitted(title, terminal.width), .strong)]
            + wrapped(facts) + [freshness]
    }

    private var freshness: String {
        guard let figures else { return faint("Computing the metrics ...") }
        if let problem { return terminal.palette.paint(SafeText.line(problem), .bad) }
        guard let newest = figures.check.newestEvent else {
            // The figures may be older than the counts.
            if counts.ledger.events > 0 { return faint("Computing the metrics ...") }
            return faint(counts.state.files == 0 ? "No file matches yet." : "No events yet.")
        }
        let age = now.micros - newest.micros
        let relation =
            age < 0
            ? "\(HumanNumber.calmAge(micros: -age)) after now"
            : "\(HumanNumber.calmAge(micros: age)) old"
        return faint("Newest event \(newest.readable(in: .utc)) UTC, \(relation)")
    }

    private func faint(_ text: String) -> String { terminal.palette.paint(text, .faint) }

    /// Facts beside each other, as many on a line as there is room for.
    private func wrapped(_ facts: [String]) -> [String] {
        facts.reduce(into: []) { lines, fact in
            guard let last = lines.last, last.count + fact.count + 3 <= terminal.width else {
                return lines.append(fact)
            }
            lines[lines.count - 1] = "\(last) · \(fact)"
        }
    }

    private var metrics: [String] {
        guard let figures else { return [] }
        let answer = ReportAnswer(
            report: figures.report,
            newestEvent: figures.check.newestEvent,
            rules: figures.rules,
            zone: .utc,
            conditions: []
        )
        let list = MetricList(answer: answer, terminal: terminal)
        return Self.lines(
            list.live(
                "15 min to \(CalendarTime(figures.check.now).secondText)",
                TailFigures.metrics
            )
        )
    }

    /// The rules that fire, or that none does.
    private var alerts: [String] {
        guard let check = figures?.check else { return [] }
        let firing = check.results.filter { $0.state == .firing || $0.result == .error }
        guard !firing.isEmpty else {
            let judged = check.judged.count { $0.result == .fine }
            let rules = HumanNumber.counted(Int64(check.judged.count), "rule")
            return [
                judged == 0
                    ? faint("No alerts: \(rules), none with enough data")
                    : terminal.palette.paint("No alerts: \(judged) of \(rules) fine", .good)
            ]
        }
        let ordered = firing.sorted { Self.weight($0) > Self.weight($1) }
        var table = TextTable([
            .text("", shrinksTo: nil), .text("", shrinksTo: 12), .text("", shrinksTo: 15),
        ])
        for result in ordered.prefix(Self.maxFiring) { table.append(row(result)) }
        let more = firing.count - Self.maxFiring
        return Self.lines(table.text(terminal)) + (more > 0 ? [faint("and \(more) more")] : [])
    }

    private func row(_ result: RuleResult) -> [TextTable.Cell] {
        let isError = result.result == .error
        let style: TextStyle = isError || result.severity == .critical ? .bad : .near
        return [
            TextTable.Cell(isError ? "error" : result.severity.rawValue, style),
            TextTable.Cell(CheckText.name(result)),
            TextTable.Cell(result.reason ?? Self.comparison(result)),
        ]
    }

    /// The value and the threshold as `15.9 % > 5.00 %`.
    private static func comparison(_ result: RuleResult) -> String {
        guard let unit = MetricCatalog.metric(named: result.metric)?.unit, result.score == nil
        else { return "" }
        let value = HumanNumber.text(result.value, unit)
        return "\(value) \(result.op) \(HumanNumber.text(.real(result.threshold), unit))"
    }

    /// The worst first.
    private static func weight(_ result: RuleResult) -> Int {
        // Every severity is one of all.
        let severity = Severity.allCases.firstIndex(of: result.severity) ?? Severity.allCases.count
        return result.state == .firing ? severity + 1 : 0
    }

    private var behind: [String] {
        guard let sources = figures?.behind, !sources.isEmpty else { return [] }
        var table = TextTable([
            .text("Behind", shrinksTo: nil), .path(""), .number(""), .number(""),
        ])
        for source in sources.prefix(Self.maxBehind) {
            let waiting = source.behindSince.map { max(0, now.micros - $0.micros) }
            let unread = max(0, source.position.size - source.position.offset)
            table.append([
                TextTable.Cell(""),
                TextTable.Cell(SourceName.short(source.position.seenAt, for: terminal)),
                TextTable.Cell(HumanNumber.bytes(unread), .near),
                TextTable.Cell(waiting.map { HumanNumber.calmAge(micros: $0) } ?? ""),
            ])
        }
        let more = sources.count - Self.maxBehind
        return Self.lines(table.text(terminal)) + (more > 0 ? [faint("and \(more) more")] : [])
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}
