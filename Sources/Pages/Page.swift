import AgentEvents
package import EventStorage
import MetricsEngine
import Presentation

/// What a page is made from.
package struct PageSource: Sendable {
    package var store: any EventStore
    /// What lies at a path now.
    package var look: @Sendable (String) -> FileStatus
    /// Whether there is a stream that tells of news.
    package var isLive: Bool
    /// Where links lead.
    package var base: BasePath

    package init(
        store: any EventStore,
        isLive: Bool,
        base: BasePath = .root,
        look: @escaping @Sendable (String) -> FileStatus
    ) {
        self.store = store
        self.isLive = isLive
        self.base = base
        self.look = look
    }
}

/// What the content of a page is made from: one view of the store for all of it.
struct PageData {
    var snapshot: any StoreView
    /// What lies at a path now.
    var look: @Sendable (String) -> FileStatus
    /// Whether somebody takes what is sent from the page.
    var takesForms = false
}

/// One page of the dashboard: a pure function of the store, the request and the time.
package struct Page: Sendable {
    /// Under which it is served.
    package let path: String
    package let title: String
    /// Whether the reader can choose a time for it.
    let hasWindow: Bool
    /// The dimensions by which the content can be filtered.
    let filters: [Dimension]
    private let content: @Sendable (PageRequest, PageData) throws -> [Markup]

    init(
        _ path: String,
        _ title: String,
        hasWindow: Bool = true,
        filters: [Dimension] = Dimension.allCases,
        content: @escaping @Sendable (PageRequest, PageData) throws -> [Markup]
    ) {
        self.path = path
        self.title = title
        self.hasWindow = hasWindow
        self.filters = filters
        self.content = content
    }

    /// What stands under its title.
    func sections(_ request: PageRequest, from data: PageData) throws -> [Markup] {
        for filter in request.filters where !filters.contains(filter.dimension) {
            let known = filters.map(\.rawValue).joined(separator: ", ")
            throw ParameterError(
                "\(title) can be filtered by \(known), not by \(filter.dimension.rawValue)."
            )
        }
        return try content(request, data)
    }

    /// What of an address' query it understands.
    func understood(of items: [PageRequest.Item]) -> [PageRequest.Item] {
        items.filter { item in Dimension(rawValue: item.name).map(filters.contains) ?? true }
    }

    /// A link to it that keeps what it understands of a query.
    func link(_ items: [PageRequest.Item]) -> PageLink {
        PageLink(path: path, understood(of: items))
    }
}
