import AgentEvents
import EventStorage
import MetricsEngine
import Presentation

/// What to know of the data before trusting a number made of it.
enum QualityPage {
    static let page = Page("/quality", "Data quality") { request, data in
        let status = try data.snapshot.status(now: request.now)
        let rejects = try data.snapshot.rejects(source: nil, limit: maxRejects)
        let states = SourceState.all(of: status, now: request.now, look: data.look)
        let report = try MetricsEngine.report(
            MetricQuery(
                window: request.window,
                now: request.now,
                filters: request.filters,
                metrics: [.llmCalls, .requests, .lateEvents, .ingestLag]
            ),
            from: data.snapshot
        )
        return [
            counts(report), store(status, request), sources(states, request),
            lines(rejects, request),
        ]
    }

    private static let maxRejects = 50
    private static let maxSources = 100
    /// How much of a rejected line is shown, in bytes.
    private static let shownBytes = 400

    /// The window's counts, each with what it means.
    private static func counts(_ report: MetricReport) -> Markup {
        let quality = report.quality
        let read = quality.read
        let calls = report.groups.first?.value(of: .llmCalls)?.value?.double
        let ofCalls = calls.map { "of \(HumanNumber.grouped(Int64($0))) LLM calls" } ?? ""
        let counts: [(String, Int64, String, String)] = [
            ("lines", read.lines, "Lines read", "in the window"),
            ("rejected", read.rejected, "Rejected lines", "kept below, with the reason"),
            ("duplicates", read.duplicates, "Duplicate lines", "kept out of every number"),
            ("skipped", read.skipped, "Skipped lines", "plain text, or JSON that is not an event"),
            ("field_errors", read.fieldErrors, "Dropped fields", "of a wrong type or out of range"),
            ("late_events", read.lateEvents, "Late events", "stored after alerts had looked"),
            ("unpriced_calls", quality.unpricedCalls, "Calls without a price", ofCalls),
            (
                "missing_usage_calls", quality.missingUsageCalls, "Calls without tokens",
                "successful, and no token counts logged"
            ),
            (
                "inconsistent_usage", quality.inconsistentUsage, "Inconsistent tokens",
                "more cached tokens than input"
            ),
            (
                "reused_request_ids", quality.reusedRequestIDs, "Reused request ids",
                "requests under an id that was used before"
            ),
            (
                "orphan_events", quality.orphanEvents, "Orphan events",
                "of requests without any call"
            ),
            (
                "folded_names", quality.foldedNames, "Folded names",
                "counted together in long windows"
            ),
        ]
        let items = counts.map { name, count, title, note in
            Tag.div(.class("fact")) {
                Tag.dt(text: title)
                Tag.dd(
                    .class("value"),
                    Attribute("data-quality", name),
                    text: HumanNumber.grouped(count)
                )
                Tag.dd(.class("note"), text: note)
            }
        }
        return Panel(
            id: "counts",
            title: "In this window",
            content: [
                Tag.dl(.class("facts")) { items }
            ]
        ).markup
    }

    private static func store(_ status: StoreStatus, _ request: PageRequest) -> Markup {
        let free = status.diskFree.map(HumanNumber.bytes) ?? "unknown"
        let facts = [
            "\(HumanNumber.grouped(status.events)) events",
            "\(HumanNumber.grouped(status.requests)) requests",
            "\(HumanNumber.bytes(status.bytes + status.walBytes)) on disk", "\(free) free",
            follower(status.follower, request),
        ]
        return Panel(
            id: "store",
            title: "Store",
            content: [Tag.p(text: facts.joined(separator: " · "))]
        ).markup
    }

    private static func follower(_ heartbeat: FollowerHeartbeat?, _ request: PageRequest) -> String
    {
        guard let heartbeat else { return "no follower runs" }
        let ago = HumanNumber.calmAge(micros: request.now.micros - heartbeat.lookedAt.micros)
        return heartbeat.isAlive(now: request.now)
            ? "the follower looked \(ago) ago" : "the follower was last seen \(ago) ago"
    }

    private static func sources(_ states: [SourceState], _ request: PageRequest) -> Markup {
        let ordered = states.enumerated().sorted { left, right in
            let ranks = (rank(left.element), rank(right.element))
            return ranks.0 != ranks.1 ? ranks.0 < ranks.1 : left.offset < right.offset
        }.map(\.element)
        let table = DataTable(
            caption: "Sources",
            columns: [
                .text("state"), .text("source"), .number("unread"), .number("waiting"),
                .number("lines/s"), .number("lines"), .number("events"), .number("rejected"),
                .number("duplicates"), .text("last read"),
            ],
            rows: ordered.prefix(maxSources).map { row($0, request) },
            empty: "Nothing has been read yet."
        )
        let more = states.count - maxSources
        return Panel(
            id: "sources",
            title: "Sources",
            note: more > 0 ? "\(more) more are not shown" : "those that need a look first",
            content: [table.markup]
        ).markup
    }

    private static func rank(_ state: SourceState) -> Int {
        switch state.standing {
        case .failed: 0
        case .behind: 1
        case .read: 2
        }
    }

    private static func row(_ state: SourceState, _ request: PageRequest) -> [Markup] {
        let badge =
            switch state.standing {
            case .failed: StateBadge(word: "problem", tone: .bad)
            case .behind: StateBadge(word: "behind", tone: .near)
            case .read: StateBadge(word: "read", tone: .good)
            }
        let ledger = state.stored.ledger
        let waiting = state.waiting.map {
            $0 == 0 ? NumberCell.none : HumanNumber.calmAge(micros: $0)
        }
        return [
            Tag.td { badge.markup },
            Tag.th(
                .class("long"),
                Attribute("scope", "row")
            ) {
                Markup.text(state.stored.position.path)
                state.problem.map { Tag.span(.class("problem"), text: " \($0)") } ?? .nothing
            },
            NumberCell.cell(state.lag.map(HumanNumber.bytes) ?? NumberCell.none),
            NumberCell.cell(waiting ?? NumberCell.none),
            NumberCell.cell(HumanNumber.decimal(state.rate)),
            NumberCell.cell(HumanNumber.grouped(ledger.lines)),
            NumberCell.cell(HumanNumber.grouped(ledger.events)),
            NumberCell.cell(HumanNumber.grouped(ledger.rejected)),
            NumberCell.cell(HumanNumber.grouped(ledger.duplicates)),
            Tag.td(
                .class("time"),
                text: state.stored.lastRead.readable(in: request.zone.offsets)
            ),
        ]
    }

    private static func lines(_ rejects: [RejectedLine], _ request: PageRequest) -> Markup {
        let rows = rejects.map { line -> [Markup] in
            let rejection = line.rejection
            return [
                Tag.td(.hint(rejection.reason.explanation), text: rejection.reason.rawValue),
                Tag.td(text: line.sourcePath),
                NumberCell.cell(HumanNumber.grouped(rejection.offset)),
                Tag.td(.class("long")) {
                    Tag.code(
                        text: String(
                            decoding: rejection.bytes.prefix(shownBytes),
                            as: UTF8.self
                        )
                    )
                },
            ]
        }
        let table = DataTable(
            caption: "Rejected lines",
            columns: [.text("reason"), .text("source"), .number("at byte"), .text("line")],
            rows: rows,
            empty: "No line was rejected."
        )
        return Panel(
            id: "rejects",
            title: "Rejected lines",
            note: "the newest \(maxRejects), of any time; secrets are masked",
            content: [table.markup]
        ).markup
    }
}
