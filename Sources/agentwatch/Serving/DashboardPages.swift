import DashboardServer
import EventStorage
import Pages
import Pipeline
import Presentation

/// The pages and their files as the server is told of them.
enum DashboardPages {
    static let routes = pages + assets

    private static let html = "text/html; charset=utf-8"

    private static let pages = PageCatalog.all.map { page in
        PageRoute(path: page.path, isAsset: false) { items, store, now in
            let source = PageSource(store: store, isLive: true, look: FileStatus.init(at:))
            do {
                let items = items.map { PageRequest.Item($0.name, $0.value) }
                let text = try PageCatalog.html(
                    of: page,
                    try PageRequest(items, now: now),
                    from: source
                )
                return PageRoute.Content(contentType: html, bytes: Array(text.utf8))
            } catch let problem as ParameterError {
                let text = PageCatalog.problem("This address says nothing", problem.description)
                return PageRoute.Content(contentType: html, bytes: Array(text.utf8), isFine: false)
            }
        }
    }

    private static let assets = PageAssets.all.map { asset in
        PageRoute(path: asset.path, isAsset: true) { _, _, _ in
            PageRoute.Content(contentType: asset.contentType, bytes: asset.bytes)
        }
    }
}
