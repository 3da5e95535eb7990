import AgentEvents
import MetricsEngine
import Presentation

/// What surrounds the content of every page: navigation, freshness, time range, filters.
struct PageFrame: Sendable {
    var page: Page
    /// All pages, in the order of the navigation.
    var pages: [Page]
    var request: PageRequest
    var freshness: Freshness
    /// Whether the page goes on by itself.
    var isLive: Bool
    var base: BasePath

    /// The whole document.
    func document(_ content: [Markup]) -> String {
        var attributes = [Attribute.class("page")]
        if isLive { attributes.append(.live(PageLink("/api/v1/stream"))) }
        let body = Tag.body.with(
            attributes,
            [
                Tag.a(.class("skip"), .href(PageLink.content), text: "Skip to the content"),
                header,
                Tag.main.with(mainAttributes, [heading] + content),
                Self.footer,
            ]
        )
        let head = Self.head("\(page.title) · agentwatch", Self.linked + [.script])
        return Self.html([head, body], below: base)
    }

    /// The page of one request uses all the width there is, for its time axis.
    private var mainAttributes: [Attribute] {
        let isWide = request.value("id") != nil
        return [.id("content")] + (isWide ? [.class("wide")] : [])
    }

    /// A document without navigation, range or freshness.
    static func plain(_ title: String, _ content: [Markup], below base: BasePath) -> String {
        let brand = Tag.header(.class("top")) {
            Tag.a(.class("brand"), .href(PageLink("/")), text: "agentwatch")
        }
        let body = Tag.body {
            brand
            Tag.main(.id("content")) { content }
        }
        return html([head("\(title) · agentwatch", linked), body], below: base)
    }

    static func html(_ parts: [Markup], below base: BasePath = .root) -> String {
        let document = Tag.html(Attribute("lang", "en")) { parts }
        return "<!DOCTYPE html>\n\(document.written(below: base))\n"
    }

    static func head(_ title: String, _ more: [Markup]) -> Markup {
        Tag.head {
            [
                Tag.meta(Attribute("charset", "utf-8")),
                Tag.meta(
                    Attribute("name", "viewport"),
                    Attribute("content", "width=device-width, initial-scale=1")
                ),
                Tag.meta(Attribute("name", "color-scheme"), Attribute("content", "light dark")),
                Tag.title(text: title),
            ] + more
        }
    }

    private static var linked: [Markup] {
        [
            Tag.link(Attribute("rel", "icon"), .href(PageAssets.icon)),
            Tag.link(Attribute("rel", "stylesheet"), .href(PageAssets.styleSheet)),
        ]
    }

    static var footer: Markup {
        Tag.footer {
            Tag.p(
                text: "≈ marks an estimate (quantiles within 1 %); everything else is exact. "
                    + "n is the sample size. A dash (–) means no data, never zero."
            )
        }
    }

    private var header: Markup {
        Tag.header(.class("top")) {
            Tag.a(.class("brand"), .href(PageLink("/", request.kept)), text: "agentwatch")
            Tag.nav(.label("Pages")) {
                Tag.ul { pages.map(entry) }
            }
            freshness.markup(request.zone)
        }
    }

    private func entry(_ other: Page) -> Markup {
        var attributes = [Attribute.href(other.link(request.kept))]
        if other.path == page.path { attributes.append(Attribute("aria-current", "page")) }
        return Tag.li { Tag.a.with(attributes, [.text(other.title)]) }
    }

    private var heading: Markup {
        Tag.div(.class("heading")) {
            Tag.h1(text: page.title)
            page.hasWindow ? RangeBar(page: page, request: request).markup : .nothing
        }
    }
}

extension PageLink {
    /// The content of the page that one is on.
    static let content = PageLink("#content")
}

extension Markup {
    /// The script of all pages.
    fileprivate static let script = Tag.script(PageAssets.script)
}
