import AgentEvents
import MetricsEngine
import Presentation

/// What time a page covers and what it is narrowed to, with links that change both.
struct RangeBar: Sendable {
    var page: Page
    var request: PageRequest

    private static let ranges = ["15m", "1h", "6h", "24h", "7d", "30d"]

    var markup: Markup {
        Tag.div(.class("range")) {
            Tag.nav(.label("Time range")) {
                Tag.ul { Self.ranges.map(pill) }
            }
            form
            Tag.p(.class("window"), text: Self.words(request))
            chips
        }
    }

    /// The window as `2026-01-04 12:00 to 2026-01-05 12:00 UTC`.
    static func words(_ request: PageRequest) -> String {
        let offsets = request.zone.offsets
        let until = "\(request.window.until.readable(in: offsets)) \(request.zone.name)"
        guard !request.isUnbounded else { return "Everything up to \(until)" }
        let earlier = request.earlier.map {
            ", compared with \($0.since.readable(in: offsets)) to \($0.until.readable(in: offsets))"
        }
        return "\(request.window.since.readable(in: offsets)) to \(until)\(earlier ?? "")"
    }

    private func pill(_ range: String) -> Markup {
        let isChosen =
            request.isRunning && (request.value("since") ?? PageRequest.defaultSince) == range
        let items = request.items(setting: [("since", range), ("until", nil)])
        var attributes = [Attribute.href(PageLink(path: page.path, items))]
        if isChosen { attributes.append(Attribute("aria-current", "true")) }
        return Tag.li { Tag.a.with(attributes, [.text(range)]) }
    }

    /// The conditions, each with a link that takes it away.
    private var chips: Markup {
        let dimensions = Dimension.allCases.map(\.rawValue)
        let conditions = request.items.filter { dimensions.contains($0.name) }
        guard !conditions.isEmpty else { return .nothing }
        return Tag.ul(.class("chips")) {
            conditions.map { condition in
                let rest = request.items.filter { $0 != condition && $0.name != "page" }
                let text = "\(condition.name) = \(condition.value)"
                let link = Tag.a(
                    .href(PageLink(path: page.path, rest)),
                    .label("Remove the condition \(text)"),
                    text: "×"
                )
                return Tag.li {
                    Markup.text(text)
                    link
                }
            }
        }
    }

    private var form: Markup {
        let filters = page.filters.filter { !$0.isTime }
        let fields = ["since", "until", "compare"] + filters.map(\.rawValue)
        let hidden = request.items.filter { !fields.contains($0.name) && $0.name != "page" }.map(
            \.hiddenField
        )
        return Tag.details(.class("more")) {
            Tag.summary(text: "Range and filters")
            Tag.form(
                .action(PageLink(path: page.path, [])),
                Attribute("method", "get")
            ) {
                fields.map(field) + hidden
                    + [Tag.button(Attribute("type", "submit"), text: "Apply")]
            }
        }
    }

    private func field(_ name: String) -> Markup {
        let hints = ["since": "24h, 2026-01-05, today", "until": "now", "compare": "1d, 7d"]
        return Tag.label {
            Markup.text(name)
            Tag.input(
                Attribute("name", name),
                Attribute("value", request.value(name) ?? ""),
                Attribute("placeholder", hints[name] ?? "any"),
                Attribute("autocomplete", "off")
            )
        }
    }
}

extension PageRequest.Item {
    /// Sends it along with a form.
    var hiddenField: Markup {
        Tag.input(
            Attribute("type", "hidden"),
            Attribute("name", name),
            Attribute("value", value)
        )
    }
}
