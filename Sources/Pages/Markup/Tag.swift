/// The name of an element; only the elements listed here exist.
struct Tag: Sendable {
    let name: StaticString
    /// Whether it has neither content nor an end.
    let isVoid: Bool

    /// Whether it leads elsewhere.
    var isLink: Bool { name.description == "a" }

    /// Whether it is a table.
    var isTable: Bool { name.description == "table" }

    private init(_ name: StaticString, isVoid: Bool = false) {
        self.name = name
        self.isVoid = isVoid
    }

    static let html = Tag("html")
    static let head = Tag("head")
    static let body = Tag("body")
    static let title = Tag("title")
    static let meta = Tag("meta", isVoid: true)
    static let link = Tag("link", isVoid: true)
    static let header = Tag("header")
    static let footer = Tag("footer")
    static let main = Tag("main")
    static let nav = Tag("nav")
    static let section = Tag("section")
    static let div = Tag("div")
    static let span = Tag("span")
    static let p = Tag("p")
    static let h1 = Tag("h1")
    static let h2 = Tag("h2")
    static let h3 = Tag("h3")
    static let a = Tag("a")
    static let ul = Tag("ul")
    static let li = Tag("li")
    static let dl = Tag("dl")
    static let dt = Tag("dt")
    static let dd = Tag("dd")
    static let strong = Tag("strong")
    static let code = Tag("code")
    static let time = Tag("time")
    static let figure = Tag("figure")
    static let details = Tag("details")
    static let summary = Tag("summary")
    static let table = Tag("table")
    static let caption = Tag("caption")
    static let thead = Tag("thead")
    static let tbody = Tag("tbody")
    static let tr = Tag("tr")
    static let th = Tag("th")
    static let td = Tag("td")
    static let form = Tag("form")
    static let label = Tag("label")
    static let input = Tag("input", isVoid: true)
    static let button = Tag("button")
    static let svg = Tag("svg")
    static let g = Tag("g")
    static let path = Tag("path")
    static let rect = Tag("rect")
    static let line = Tag("line")
    static let textLine = Tag("text")
    /// Never with content: `Markup.script` gives it a file of ours.
    private static let script = Tag("script")

    /// The element with pieces in it, one below the other.
    func callAsFunction(
        _ attributes: Attribute...,
        @MarkupBuilder content: () throws -> [Markup]
    ) rethrows -> Markup {
        .element(self, attributes: attributes, content: try content())
    }

    /// The element around a text.
    func callAsFunction(_ attributes: Attribute..., text: String) -> Markup {
        .element(self, attributes: attributes, content: [.text(text)])
    }

    /// The element with nothing in it.
    func callAsFunction(_ attributes: Attribute...) -> Markup {
        .element(self, attributes: attributes, content: [])
    }

    /// The element with a list of attributes.
    func with(_ attributes: [Attribute], _ content: [Markup] = []) -> Markup {
        .element(self, attributes: attributes, content: content)
    }

    /// A script of ours, from its file.
    static func script(_ asset: PageAsset) -> Markup {
        .element(script, attributes: [.source(asset), .flag("defer")], content: [])
    }
}
