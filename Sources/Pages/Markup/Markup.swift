import AgentEvents

/// A piece of HTML or SVG as a tree.
///
/// What logs say is hostile. Text enters only through `text` and attribute values, which are both
/// escaped when the tree is written; names of elements and attributes are those of this source, and
/// no attribute can run anything.
package struct Markup: Sendable {
    fileprivate indirect enum Node: Sendable {
        case text(String)
        case element(Tag, attributes: [Attribute], content: [Markup])
        case group([Markup])
        case styleSheet(PageAsset)
    }

    fileprivate var node: Node

    fileprivate init(_ node: Node) { self.node = node }

    /// Text, of which control characters and marks that reverse the reading direction are shown.
    package static func text(_ text: String) -> Markup { Markup(.text(text)) }

    /// Several pieces, one after another.
    package static func group(_ parts: [Markup]) -> Markup { Markup(.group(parts)) }

    /// Nothing.
    package static let nothing = Markup(.group([]))

    /// An element with its content.
    static func element(_ tag: Tag, attributes: [Attribute], content: [Markup]) -> Markup {
        Markup(.element(tag, attributes: attributes, content: content))
    }

    /// One of our own style sheets inside the document, for files that stand alone.
    static func styleSheet(_ asset: PageAsset) -> Markup { Markup(.styleSheet(asset)) }

    /// The piece as it stands in a document whose links lead below a path.
    package func written(below base: BasePath = .root) -> String {
        var writer = MarkupWriter(base: base)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The same for a file that stands alone: what led elsewhere is text.
    var withoutLinks: Markup {
        switch node {
        case .text, .styleSheet: return self
        case .group(let parts): return .group(parts.map(\.withoutLinks))
        case .element(let tag, let attributes, let content):
            let content = content.map(\.withoutLinks)
            guard tag.isLink else { return .element(tag, attributes: attributes, content: content) }
            return .element(
                .span,
                attributes: attributes.filter { !$0.isAddress },
                content: content
            )
        }
    }

    /// Whether there is a table in it.
    var holdsTable: Bool {
        switch node {
        case .text, .styleSheet: false
        case .group(let parts): parts.contains(where: \.holdsTable)
        case .element(let tag, _, let content):
            tag.isTable || content.contains(where: \.holdsTable)
        }
    }

    /// Whether nothing would be written.
    var isNothing: Bool {
        if case .group(let parts) = node { return parts.allSatisfy(\.isNothing) }
        return false
    }
}

extension Markup: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self = .text(text) }
}

extension Markup: ExpressibleByArrayLiteral {
    package init(arrayLiteral parts: Markup...) { self = .group(parts) }
}

/// Writes a tree as UTF-8; the only place where escaping happens.
private struct MarkupWriter {
    var bytes: [UInt8] = []
    private let base: BasePath

    init(base: BasePath) {
        self.base = base
        bytes.reserveCapacity(64 << 10)
    }

    mutating func write(_ markup: Markup) {
        switch markup.node {
        case .text(let text): write(escaped: text)
        case .group(let parts): for part in parts { write(part) }
        case .element(let tag, let attributes, let content):
            write(tag, attributes: attributes, content: content)
        case .styleSheet(let asset):
            put("<style>")
            bytes += asset.bytes
            put("</style>")
        }
    }

    private mutating func write(_ tag: Tag, attributes: [Attribute], content: [Markup]) {
        put("<")
        put(tag.name)
        for attribute in attributes {
            put(" ")
            put(attribute.name)
            guard let value = attribute.value else { continue }
            put("=\"")
            write(escaped: attribute.isOwnPath ? base.absolute(value) : value)
            put("\"")
        }
        put(">")
        if tag.isVoid { return }
        for part in content { write(part) }
        put("</")
        put(tag.name)
        put(">")
    }

    private mutating func put(_ name: StaticString) {
        bytes += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }

    /// Safe in text and between double quotes alike.
    private mutating func write(escaped text: String) {
        for byte in SafeText.line(text).utf8 {
            switch byte {
            case UInt8(ascii: "&"): put("&amp;")
            case UInt8(ascii: "<"): put("&lt;")
            case UInt8(ascii: ">"): put("&gt;")
            case UInt8(ascii: "\""): put("&quot;")
            case UInt8(ascii: "'"): put("&#39;")
            default: bytes.append(byte)
            }
        }
    }
}
