import AgentEvents
import Alerting
import EventStorage
import MetricsEngine
import Presentation

/// Every rule with what it says now, the states of alerts with memory, and what happened to them.
enum AlertsPage {
    static let page = Page("/alerts", "Alerts", hasWindow: false) { request, data in
        let rules = RuleSet(try data.snapshot.thresholds())
        let report = try rules.check(now: request.now, data.snapshot)
        let alerts = try AlertCourse(request, data)
        let shown = alerts.isEvaluated ? report.inStates(of: alerts.memory.records) : report
        let evaluatedAt = alerts.memory.records.map(\.evaluatedAt).max()
        let time = evaluatedAt?.readable(in: request.zone.offsets)
        return [
            verdict(shown, evaluatedAt: time), table(shown, rules: rules.rules, request: request),
        ] + alerts.panels
    }

    private static func verdict(_ report: CheckReport, evaluatedAt: String?) -> Markup {
        let firing = report.results.count(where: \.state.isFiring)
        let errors = report.results.count { $0.result == .error }
        let words =
            switch report.status {
            case .ok: "No rule fires"
            case .warning, .critical: "\(HumanNumber.counted(Int64(firing), "rule")) firing"
            case .unknown:
                errors > 0
                    ? "\(HumanNumber.counted(Int64(errors), "rule")) cannot be judged" : "No data"
            }
        let tone: StateBadge.Tone =
            switch report.status {
            case .ok: .good
            case .warning: .near
            case .critical: .bad
            case .unknown: .plain
            }
        return Tag.section(
            .class("panel verdict \(tone.rawValue)"),
            .id("verdict")
        ) {
            Tag.p(.class("value")) {
                StateBadge(word: report.status.rawValue, tone: tone).markup
                Markup.text(" \(words)")
            }
            Tag.p(.class("note"), text: evaluatedAt.map(remembered) ?? stateless)
        }
    }

    private static let stateless =
        "Judged as of now, without memory: what a rule's window holds is all that counts, “for” is "
        + "ignored. The same as agentwatch check."
    private static func remembered(_ time: String) -> String {
        "Values are as of now; states are those of the last evaluation with memory, at \(time)."
    }

    private static func table(
        _ report: CheckReport,
        rules: [AlertRule],
        request: PageRequest
    ) -> Markup {
        // What fires first, then what could not be judged.
        let ordered = report.results.enumerated().sorted { left, right in
            let ranks = (rank(left.element), rank(right.element))
            return ranks.0 != ranks.1 ? ranks.0 < ranks.1 : left.offset < right.offset
        }.map(\.element)
        let table = DataTable(
            caption: "Rules",
            columns: [
                .text("state"), .text("rule"), .text("severity"), .text("metric"), .number("value"),
                .text("fires"), .number("n"), .text("window"), .text("why"),
            ],
            rows: ordered.map { row($0, request) },
            empty: "No rule is enabled. agentwatch alerts load takes a file of rules.",
            rowClasses: ordered.map { tone($0).rawValue }
        )
        return Panel(id: "rules", title: "Rules", content: [table.markup]).markup
    }

    private static func rank(_ result: RuleResult) -> Int {
        if result.state.isFiring { return result.severity == .critical ? 0 : 1 }
        switch result.result {
        case .error: return 2
        case .insufficient, .noData: return 3
        case .breach, .fine: return 4
        }
    }

    private static func tone(_ result: RuleResult) -> StateBadge.Tone {
        if result.state.isFiring { return result.severity == .critical ? .bad : .near }
        switch result.result {
        case .error: return .bad
        case .insufficient, .noData: return .plain
        case .breach, .fine: return .good
        }
    }

    private static func word(_ result: RuleResult) -> String {
        if result.state != .ok { return result.state.rawValue }
        switch result.result {
        case .error: return "error"
        case .insufficient: return "too few"
        case .noData: return "no data"
        case .breach, .fine: return "ok"
        }
    }

    private static func row(_ result: RuleResult, _ request: PageRequest) -> [Markup] {
        let unit = MetricCatalog.metric(named: result.metric)?.unit ?? .count  // a broken rule's
        let group = result.group.map { "\($0.dimension.rawValue)=\($0.value ?? "(none)")" }
        let limit = HumanNumber.text(
            .real(result.threshold),
            result.score == nil ? unit : .count
        )
        let zone = request.zone.offsets
        let window = result.window.map {
            "\(HumanNumber.age(micros: $0.until.micros - $0.since.micros)) to "
                + CalendarTime($0.until, offset: zone.offset(at: $0.until)).minuteText
        }
        return [
            Tag.td { StateBadge(word: word(result), tone: tone(result)).markup },
            Tag.th(Attribute("scope", "row")) {
                Markup.text(result.name)
                group.isEmpty
                    ? .nothing
                    : Tag.span(.class("kind"), text: " \(group.joined(separator: ", "))")
            },
            Tag.td(text: result.severity.rawValue),
            Tag.td(text: result.metric),
            NumberCell.cell(result.value.map { HumanNumber.text($0, unit) } ?? NumberCell.none),
            Tag.td(.class("op"), text: "\(result.op) \(limit)"),
            NumberCell.cell(HumanNumber.grouped(result.n)),
            Tag.td(.class("time"), text: window ?? NumberCell.none),
            Tag.td(.class("long"), text: result.reason ?? result.summary ?? ""),
        ]
    }
}
