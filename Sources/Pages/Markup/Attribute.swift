/// An attribute with its value, which is escaped when it is written.
///
/// Addresses come only from `PageLink` and `PageAsset`, so that no logged text can become one.
struct Attribute: Sendable {
    let name: StaticString
    /// `nil` is an attribute without a value.
    let value: String?
    /// Whether the value is one of our own paths, which stand below the base path.
    let isOwnPath: Bool

    private init(checked name: StaticString, _ value: String?, isOwnPath: Bool = false) {
        self.name = name
        self.value = value
        self.isOwnPath = isOwnPath
    }

    private init(_ name: StaticString, to link: PageLink) {
        self.init(checked: name, link.text, isOwnPath: !link.path.hasPrefix("#"))
    }

    private init(_ name: StaticString, to asset: PageAsset) {
        self.init(checked: name, asset.path, isOwnPath: true)
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
    static func href(_ link: PageLink) -> Attribute { Attribute("href", to: link) }

    /// Where a form leads.
    static func action(_ link: PageLink) -> Attribute { Attribute("action", to: link) }

    /// A style sheet or an icon of ours.
    static func href(_ asset: PageAsset) -> Attribute { Attribute("href", to: asset) }

    /// A script of ours.
    static func source(_ asset: PageAsset) -> Attribute { Attribute("src", to: asset) }

    /// The stream that tells the script of news.
    static func live(_ link: PageLink) -> Attribute { Attribute("data-live", to: link) }
}
