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
        filters: RequestQuery.filters
    ) { request, data in
        if let id = request.value("id") {
            return try RequestSections.sections(id, request: request, from: data.snapshot)
        }
        let choice = request.value("show").flatMap(RequestQuery.Choice.init(rawValue:)) ?? .all
        let query = RequestQuery(
            window: request.window,
            now: request.now,
            filters: request.filters,
            choice: choice,
            order: try request.value("sort").map { try RequestQuery.Order(named: $0) },
            search: try request.value("q").map { try RequestSearch($0) }
        )
        return [
            Tag.div(.class("tools")) {
                choices(query, request)
                search(request)
            },
            try panel(query, request: request, from: data.snapshot),
        ]
    }

    private static let pageSize = 50

    private static func search(_ request: PageRequest) -> Markup {
        let kept = request.items.filter { $0.name != "q" && $0.name != "page" }
        return Tag.form(
            .class("search"),
            .action(here([])),
            Attribute("method", "get"),
            Attribute("role", "search")
        ) {
            kept.map(\.hiddenField) + [
                Tag.input(
                    Attribute("type", "search"),
                    Attribute("name", "q"),
                    Attribute("value", request.value("q") ?? ""),
                    Attribute("placeholder", "words of an error, an id"),
                    .label("Search ids and error texts")
                ), Tag.button(Attribute("type", "submit"), text: "Search"),
            ]
        }
    }

    private static func here(_ items: [PageRequest.Item]) -> PageLink {
        PageLink("/requests", items)
    }

    private static func choices(_ query: RequestQuery, _ request: PageRequest) -> Markup {
        let links = RequestQuery.Choice.allCases.map { choice in
            let value = choice == .all ? nil : choice.rawValue
            let items = request.items(setting: [("show", value), ("sort", nil)])
            var attributes = [Attribute.href(here(items))]
            if choice == query.choice { attributes.append(Attribute("aria-current", "true")) }
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
        _ query: RequestQuery,
        request: PageRequest,
        from view: any StoreView
    ) throws -> Markup {
        let list = try query.list(
            from: view,
            skipping: (request.number - 1) * pageSize,
            limit: pageSize
        )
        let rows = try NamedRequests(list, view).entries.map { row($0, request) }
        func column(_ heading: String, _ order: RequestQuery.Order) -> DataTable.Column {
            DataTable.Column(
                heading: heading,
                isNumber: order != .newest,
                link: here(request.items(setting: [("sort", order.rawValue)])),
                isSorted: query.order == order
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
        let note = "page \(request.number), \(pageSize) a page"
        return Panel(
            id: "requests",
            title: query.choice == .all ? "Requests" : "Requests, \(query.choice.rawValue)",
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

    private static func row(_ named: NamedRequests.Entry, _ request: PageRequest) -> [Markup] {
        let entry = named.request
        let row = entry.row
        let cost = row.cost.value.map { HumanNumber.dollars(Double($0) / 1e9) }
        return [
            Tag.td(.class("time"), text: row.endedAt.readable(in: request.zone.offsets)),
            Tag.th(Attribute("scope", "row")) {
                named.id.map { RequestLink.markup($0, request) } ?? .text(NumberCell.none)
            },
            Tag.td { OutcomeBadge.markup(entry.status) },
            Tag.td(text: named.agent ?? "(none)"),
            NumberCell.cell(
                entry.status.latency.map { HumanNumber.duration(micros: Double($0)) }
                    ?? NumberCell.none
            ),
            NumberCell.cell(HumanNumber.grouped(row.llmCalls + row.toolCalls)),
            NumberCell.cell(row.tokens.map(HumanNumber.grouped) ?? NumberCell.none),
            NumberCell.cell(
                cost.map { $0 + (row.isPartlyUnpriced ? " +?" : "") } ?? NumberCell.none
            ),
            Tag.td(text: entry.marks),
        ]
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

    /// A name that leads to all requests of the window that have it, whatever else was asked for.
    static func others(
        _ dimension: Dimension,
        _ name: String,
        _ request: PageRequest
    ) -> Markup {
        let dimensions = Dimension.allCases.map(\.rawValue)
        let items = request.items(choosing: dimension, name).filter {
            $0.name == dimension.rawValue || !dimensions.contains($0.name)
        }
        return Tag.a(.href(PageLink("/requests", items)), text: name)
    }
}

/// How a request ended, as a badge.
enum OutcomeBadge {
    static func markup(_ status: RequestStatus) -> Markup {
        let word = status.word
        let tone: StateBadge.Tone =
            status.failed
            ? .bad
            : status.outcome == .completed
                ? .good : status.outcome == .escalated || status.escalated ? .near : .plain
        return StateBadge(word: word, tone: tone).markup
    }
}
