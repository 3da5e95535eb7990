/// An attribute with its value, which is escaped when it is written.
///
/// Addresses come only from `PageLink` and `PageAsset`, so that no logged text can become one.
struct Attribute: Sendable {
    let name: StaticString
    /// `nil` is an attribute without a value.
    let value: String?

    private init(checked name: StaticString, _ value: String?) {
        self.name = name
        self.value = value
    }

    /// Any attribute but those that hold an address, a style or a handler.
    init(_ name: StaticString, _ value: String) {
        precondition(!Self.isDangerous(name.description), "\(name) needs a factory of its own")
        self.init(checked: name, value)
    }

    private static func isDangerous(_ name: String) -> Bool {
        name.hasPrefix("on")
            || ["href", "src", "style", "action", "formaction", "srcdoc", "xlink:href"]
                .contains(name)
    }

    /// Whether it holds where a link leads.
    var isAddress: Bool { name.description == "href" }

    /// An attribute that is there or not.
    static func flag(_ name: StaticString) -> Attribute { Attribute(checked: name, nil) }

    static func `class`(_ names: String) -> Attribute { Attribute("class", names) }

    static func id(_ id: String) -> Attribute { Attribute("id", id) }

    /// A tooltip.
    static func hint(_ text: String) -> Attribute { Attribute("title", text) }

    /// A label for screen readers.
    static func label(_ text: String) -> Attribute { Attribute("aria-label", text) }

    /// Left out by screen readers: what it shows is said elsewhere.
    static let hidden = Attribute("aria-hidden", "true")

    /// Where a link leads.
    static func href(_ link: PageLink) -> Attribute { Attribute(checked: "href", link.text) }

    /// Where a form leads.
    static func action(_ link: PageLink) -> Attribute { Attribute(checked: "action", link.text) }

    /// A style sheet or an icon of ours.
    static func href(_ asset: PageAsset) -> Attribute { Attribute(checked: "href", asset.path) }

    /// A script of ours.
    static func source(_ asset: PageAsset) -> Attribute { Attribute(checked: "src", asset.path) }
}
