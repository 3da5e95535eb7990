import EventStorage

/// The only list of pages, in the order of the navigation.
package enum PageCatalog {
    package static let all: [Page] = [
        OverviewPage.page, RequestsPage.page, ModelsPage.page, ToolsPage.page, AgentsPage.page,
        ErrorsPage.page, CostPage.page, AlertsPage.page, QualityPage.page,
    ]

    /// The page that is served under a path.
    package static func page(at path: String) -> Page? { all.first { $0.path == path } }

    /// The document of a page, all of it from one view of the store.
    ///
    /// - Throws: `ParameterError` for a filter that the page does not carry, and what the store throws.
    package static func html(
        of page: Page,
        _ request: PageRequest,
        from source: PageSource
    ) throws -> String {
        try source.store.read { snapshot in
            let data = PageData(
                snapshot: snapshot,
                look: source.look,
                takesForms: source.isLive
            )
            let frame = PageFrame(
                page: page,
                pages: all,
                request: request,
                freshness: try Freshness(snapshot, request),
                isLive: source.isLive && request.isRunning,
                base: source.base
            )
            return frame.document(try page.sections(request, from: data))
        }
    }

    /// A page that says what went wrong, as one sentence.
    package static func problem(
        _ title: String,
        _ text: String,
        below base: BasePath
    ) -> String {
        PageFrame.plain(
            title,
            [
                Tag.section(.class("panel")) {
                    Tag.h1(text: title)
                    Tag.p(text: text)
                    Tag.p { Tag.a(.href(PageLink("/")), text: "To the overview") }
                }
            ],
            below: base
        )
    }
}
