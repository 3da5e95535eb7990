import EventStorage
import MetricsEngine
import Presentation

/// The pages of a window as one file that needs nothing else: for mail, tickets, archives.
package enum ReportFile {
    private static let pages = [
        OverviewPage.page, ModelsPage.page, ToolsPage.page, AgentsPage.page, ErrorsPage.page,
        CostPage.page,
    ]

    /// The document.
    ///
    /// - Throws: what the store throws.
    package static func html(_ request: PageRequest, from source: PageSource) throws -> String {
        try source.store.read { snapshot in
            try html(request, from: PageData(snapshot: snapshot, look: source.look))
        }
    }

    private static func html(_ request: PageRequest, from data: PageData) throws -> String {
        let freshness = try Freshness(data.snapshot, request)
        let chapters = try pages.enumerated().map { place, page in
            let title = place == 0 ? Markup.nothing : Tag.h1(text: page.title)
            return try Tag.section(.class("chapter")) {
                title
                try page.sections(request, from: data).map(\.withoutLinks)
            }
        }
        let conditions = request.filters.map { filter in
            let values = filter.values.map { $0 ?? WhereExpression.none }
            return "\(filter.dimension.rawValue) = \(values.joined(separator: " or "))"
        }
        let heading = Tag.div(.class("heading")) {
            Tag.h1(text: "agentwatch report")
            Tag.p(.class("window"), text: RangeBar.words(request))
        }
        let narrowed =
            conditions.isEmpty
            ? Markup.nothing : Tag.p(.class("note"), text: conditions.joined(separator: ", "))
        let policy = Tag.meta(
            Attribute("http-equiv", "Content-Security-Policy"),
            Attribute("content", "default-src 'none'; style-src 'unsafe-inline'")
        )
        let head = PageFrame.head(
            "agentwatch report",
            [policy, .styleSheet(PageAssets.styleSheet)]
        )
        let body = Tag.body(.class("page file")) {
            Tag.main(.id("content")) {
                [heading, narrowed, freshness.markup(request.zone)] + chapters
            }
            PageFrame.footer
        }
        return PageFrame.html([head, body])
    }
}
