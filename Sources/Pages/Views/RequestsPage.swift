import AgentEvents
import EventStorage
import MetricsEngine
import Presentation
import Rollups

/// The requests of a window one by one, and each of them alone.
enum RequestsPage {
    static let page = Page(
        "/requests",
        "Requests",
        filters: MetricLevel.request.filters
    ) { request, data in
        if let id = request.value("id") {
            return try RequestSections.sections(id, request: request, from: data.snapshot)
        }
        let list = try RequestList(request, data.snapshot)
        return [choices(list, request), try panel(list, request: request, from: data.snapshot)]
    }

    private static func here(_ items: [PageRequest.Item]) -> PageLink {
        PageLink("/requests", items)
    }

    private static func choices(_ list: RequestList, _ request: PageRequest) -> Markup {
        let links = RequestList.Choice.allCases.map { choice in
            let value = choice == .all ? nil : choice.rawValue
            let items = request.items(setting: [("show", value), ("sort", nil)])
            var attributes = [Attribute.href(here(items))]
            if choice == list.choice { attributes.append(Attribute("aria-current", "true")) }
            return Tag.li { Tag.a.with(attributes, [.text(choice.rawValue)]) }
        }
        return Tag.nav(
            .class("choices"),
            .label("Which requests")
        ) {
            Tag.ul { links }
        }
    }

    private static func panel(
        _ list: RequestList,
        request: PageRequest,
        from snapshot: any StoreSnapshot
    ) throws -> Markup {
        let rows = try list.entries.map { try row($0, request: request, from: snapshot) }
        func column(_ heading: String, _ order: RequestList.Order) -> DataTable.Column {
            DataTable.Column(
                heading: heading,
                isNumber: order != .newest,
                link: here(request.items(setting: [("sort", order.rawValue)])),
                isSorted: list.order == order
            )
        }
        let table = DataTable(
            caption: "Requests",
            columns: [
                column("ended", .newest), .text("request"), .text("outcome"), .text("agent"),
                column("took", .latency), column("calls", .calls), column("tokens", .tokens),
                column("cost", .cost), .text("marks"),
            ],
            rows: rows,
            empty: "No request of this window matches.",
            rowClasses: list.entries.map { $0.status.failed ? "bad" : "" }
        )
        let note = "page \(request.number), \(RequestList.pageSize) a page"
        return Panel(
            id: "requests",
            title: list.choice == .all ? "Requests" : "Requests, \(list.choice.rawValue)",
            note: note,
            content: [table.markup, pages(list, request)]
        ).markup
    }

    private static func pages(_ list: RequestList, _ request: PageRequest) -> Markup {
        func link(_ text: String, _ number: Int) -> Markup {
            let items = request.items(setting: [("page", "\(number)")])
            return Tag.a(.href(here(items)), text: text)
        }
        let parts = [
            request.number > 1 ? link("← Before", request.number - 1) : .nothing,
            list.hasMore ? link("Next →", request.number + 1) : .nothing,
        ].filter { !$0.isNothing }
        return parts.isEmpty
            ? .nothing
            : Tag.nav(.class("pages"), .label("More requests")) { parts }
    }

    private static func row(
        _ entry: RequestList.Entry,
        request: PageRequest,
        from snapshot: any StoreSnapshot
    ) throws -> [Markup] {
        let row = entry.row
        let id = try snapshot.requestID(row.key)
        let agent = try snapshot.name(row.agent)
        let cost = row.cost.value.map { HumanNumber.dollars(Double($0) / 1e9) }
        return [
            Tag.td(.class("time"), text: row.endedAt.readable(in: request.zone.offsets)),
            Tag.th(Attribute("scope", "row")) {
                id.map { RequestLink.markup($0, request) } ?? .text(NumberCell.none)
            },
            Tag.td { OutcomeBadge.markup(entry.status) },
            Tag.td(text: agent ?? "(none)"),
            NumberCell.cell(
                entry.status.latency.map { HumanNumber.duration(micros: Double($0)) }
                    ?? NumberCell.none
            ),
            NumberCell.cell(HumanNumber.grouped(row.llmCalls + row.toolCalls)),
            NumberCell.cell(row.tokens.map(HumanNumber.grouped) ?? NumberCell.none),
            NumberCell.cell(
                cost.map { $0 + (row.isPartlyUnpriced ? " +?" : "") } ?? NumberCell.none
            ),
            Tag.td(text: marks(entry)),
        ]
    }

    private static func marks(_ entry: RequestList.Entry) -> String {
        var marks: [String] = []
        if entry.row.isLooping { marks.append("loops") }
        if entry.row.retryEvents > 0 {
            marks.append(HumanNumber.counted(entry.row.retryEvents, "retry").replacingRetrys)
        }
        if entry.status.escalated { marks.append("escalated") }
        if entry.row.isPartlyUnpriced { marks.append("partly unpriced") }
        return marks.joined(separator: ", ")
    }
}

extension String {
    /// English has its own way with y.
    fileprivate var replacingRetrys: String {
        hasSuffix("retrys") ? String(dropLast(2)) + "ies" : self
    }
}

/// A request's id that leads to its page.
enum RequestLink {
    static func markup(_ id: String, _ request: PageRequest) -> Markup {
        // A model or a tool belongs to calls, from whose list the link may come.
        let items =
            RequestsPage.page.understood(of: request.kept) + [PageRequest.Item("id", id)]
        return Tag.a(.class("request"), .href(PageLink("/requests", items)), text: id)
    }
}

/// How a request ended, as a badge.
enum OutcomeBadge {
    static func markup(_ status: RequestStatus) -> Markup {
        let word = status.outcome.name ?? (status.failed ? "failed" : "ended")
        let tone: StateBadge.Tone =
            status.failed
            ? .bad
            : status.outcome == .completed
                ? .good : status.outcome == .escalated || status.escalated ? .near : .plain
        return StateBadge(word: word, tone: tone).markup
    }
}
