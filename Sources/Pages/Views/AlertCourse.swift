import AgentEvents
import EventStorage
import MetricsEngine
import Presentation

/// What happened to alerts in the last week: when each fired, why, and who was told.
struct AlertCourse {
    let memory: AlertMemory
    private let transitions: [AlertTransition]
    private let deliveries: [DeliverySummary]
    private let request: PageRequest
    private let window: TimeWindow
    private let takesForms: Bool

    private static let length = 7 * Micros.day
    private static let maxRows = 50
    private static let maxTransitions = 2_000
    private static let width = 1_000.0

    init(_ request: PageRequest, _ data: PageData) throws {
        self.request = request
        takesForms = data.takesForms
        let view = data.snapshot
        window = TimeWindow(since: request.now - Self.length, until: request.now + 1)
        memory = try view.alertMemory()
        transitions = try view.transitions(in: window, limit: Self.maxTransitions)
        deliveries = try view.deliveries(in: window, limit: Self.maxRows)
    }

    /// Whether the rules were ever evaluated with memory.
    var isEvaluated: Bool { !memory.records.isEmpty }

    var panels: [Markup] {
        guard isEvaluated || !transitions.isEmpty else {
            return memory.silences.isEmpty ? [] : [silences]
        }
        return [courses, history, told, silences]
    }

    // MARK: - When they fired

    private var courses: Markup {
        let firing = Dictionary(grouping: transitions) { AlertID(rule: $0.rule, labels: $0.labels) }
        let ids = firing.keys.sorted { AlertStates.name($0) < AlertStates.name($1) }
        let rows = ids.prefix(Self.maxRows).map { id -> [Markup] in
            let changes = (firing[id] ?? []).reversed()  // each id has changes
            return [
                Tag.th(Attribute("scope", "row"), text: AlertStates.name(id)),
                Tag.td(.class("lane")) { lane(Array(changes)) },
                NumberCell.cell(HumanNumber.age(micros: firedMicros(Array(changes)))),
            ]
        }
        let table = DataTable(
            caption: "When alerts fired",
            columns: [.text("alert"), .text("the last 7 days, until now"), .number("fired for")],
            rows: rows,
            empty: "No alert has changed in the last 7 days."
        )
        return Panel(id: "courses", title: "When alerts fired", content: [table.markup]).markup
    }

    /// The stretches in which an alert fired, in order; changes are the oldest first.
    private func stretches(_ changes: [AlertTransition]) -> [TimeWindow] {
        var stretches: [TimeWindow] = []
        // One that fired before the first change that is known began before the window.
        var start = changes.first.map(\.from.isFiring) == true ? window.since : nil
        for change in changes {
            if change.to.isFiring {
                start = start ?? change.at
            } else if let begun = start {
                stretches.append(TimeWindow(since: begun, until: change.at))
                start = nil
            }
        }
        if let start { stretches.append(TimeWindow(since: start, until: request.now)) }
        return stretches
    }

    private func firedMicros(_ changes: [AlertTransition]) -> Int64 {
        stretches(changes).reduce(0) { $0 + $1.until.micros - $1.since.micros }
    }

    private func lane(_ changes: [AlertTransition]) -> Markup {
        let scale = Self.width / Double(Self.length)
        let bars = stretches(changes).map { stretch in
            let start = Double(stretch.since.micros - window.since.micros) * scale
            let length = Double(stretch.until.micros - stretch.since.micros) * scale
            var path = PathText()
            // One that has just begun is seen as well.
            path.box(x: min(start, Self.width - 3), y: 3, width: max(3, length), height: 12)
            return SVG.path("bar f0", path.text)
        }
        let days = (0...7).map { day in
            let x = PathText.number(Self.width * Double(day) / 7)
            return SVG.line("grid", from: (x, "0"), to: (x, "18"))
        }
        return SVG.stretched(
            [.class("lane-plot"), .hidden],
            width: Self.width,
            height: 18,
            days + bars
        )
    }

    // MARK: - Lists

    private func time(_ moment: Timestamp) -> Markup {
        Tag.td(.class("time"), text: moment.readable(in: request.zone.offsets))
    }

    private var history: Markup {
        let rows = transitions.prefix(Self.maxRows).map { change -> [Markup] in
            let isFiring = change.to.isFiring
            let bad: StateBadge.Tone = change.severity == "critical" ? .bad : .near
            let tone: StateBadge.Tone = isFiring ? bad : change.to == .ok ? .good : .plain
            return [
                time(change.at),
                Tag.th(
                    Attribute("scope", "row"),
                    text: AlertStates.name(change.rule, change.labels)
                ),
                Tag.td(text: change.from.rawValue),
                Tag.td { StateBadge(word: change.to.rawValue, tone: tone).markup },
                NumberCell.cell(HumanNumber.grouped(change.n)),
                Tag.td(.class("long"), text: change.reason),
            ]
        }
        let table = DataTable(
            caption: "History",
            columns: [
                .text("time"), .text("alert"), .text("from"), .text("to"), .number("n"),
                .text("why"),
            ],
            rows: Array(rows),
            empty: "No alert has changed in the last 7 days."
        )
        return Panel(id: "history", title: "History", content: [table.markup]).markup
    }

    private var told: Markup {
        let rows = deliveries.map { record -> [Markup] in
            [
                time(record.madeAt), Tag.th(Attribute("scope", "row"), text: record.receiver),
                Tag.td(text: AlertHistory.alerts(record)),
                Tag.td(text: AlertHistory.word(record)),
                Tag.td(.class("long"), text: record.error ?? ""),
            ]
        }
        let table = DataTable(
            caption: "Who was told",
            columns: [
                .text("time"), .text("receiver"), .text("alerts"), .text("arrived"),
                .text("problem"),
            ],
            rows: rows,
            empty: "Nobody was told of anything in the last 7 days."
        )
        return Panel(id: "told", title: "Who was told", content: [table.markup]).markup
    }

    private var silences: Markup {
        let open = memory.silences.filter { $0.endsAt > request.now }
        let rows = open.map { silence -> [Markup] in
            [
                Tag.th(Attribute("scope", "row"), text: SilenceExpression.text(silence)),
                time(silence.startsAt), time(silence.endsAt), Tag.td(text: silence.author),
                Tag.td(.class("long"), text: silence.comment), Tag.td { ending(silence) },
            ]
        }
        let table = DataTable(
            caption: "Silences",
            columns: [
                .text("labels"), .text("from"), .text("until"), .text("by"), .text("comment"),
                .text(""),
            ],
            rows: rows,
            empty: "Nothing is silenced. agentwatch alerts silence add silences alerts for a time."
        )
        let content = [table.markup] + (takesForms ? [SilenceForm.adding] : [])
        return Panel(id: "silences", title: "Silences", content: content).markup
    }

    private func ending(_ silence: Silence) -> Markup {
        guard takesForms, let id = silence.id else { return .nothing }
        return SilenceForm.ending(id)
    }
}
