import AgentEvents
package import EventStorage

/// What a page is made from.
package struct PageSource: Sendable {
    package var store: any EventStore
    /// What lies at a path now.
    package var look: @Sendable (String) -> SeenFile
    /// Whether there is a stream that tells of news.
    package var isLive: Bool

    package init(
        store: any EventStore,
        isLive: Bool,
        look: @escaping @Sendable (String) -> SeenFile
    ) {
        self.store = store
        self.isLive = isLive
        self.look = look
    }
}

/// One page of the dashboard: a pure function of the store, the request and the time.
package struct Page: Sendable {
    /// Under which it is served.
    package let path: String
    package let title: String
    /// Whether the reader can choose a time for it.
    let hasWindow: Bool
    private let content: @Sendable (PageRequest, PageSource) throws -> [Markup]

    init(
        _ path: String,
        _ title: String,
        hasWindow: Bool = true,
        content: @escaping @Sendable (PageRequest, PageSource) throws -> [Markup]
    ) {
        self.path = path
        self.title = title
        self.hasWindow = hasWindow
        self.content = content
    }

    /// The document.
    ///
    /// - Throws: what the store throws.
    package func html(_ request: PageRequest, from source: PageSource) throws -> String {
        let content = try content(request, source)
        let freshness = try source.store.read { try Freshness($0, now: request.now) }
        let frame = PageFrame(
            page: self,
            request: request,
            freshness: freshness,
            isLive: source.isLive && request.isRunning
        )
        return frame.document(content)
    }

    /// What stands under its title.
    func sections(_ request: PageRequest, from source: PageSource) throws -> [Markup] {
        try content(request, source)
    }
}
