import Testing

@testable import Pages

/// What is put in comes out as text, wherever it is put.
@Suite struct MarkupTests {
    static let hostile: [(text: String, written: String)] = [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\" onclick=\"x", "&quot; onclick=&quot;x"),
        ("' onclick='x", "&#39; onclick=&#39;x"),
        ("a & b &lt;", "a &amp; b &amp;lt;"),
        ("-->", "--&gt;"),
        ("]]>", "]]&gt;"),
        ("a\u{0}b\u{1b}[31m", "a\\u{0}b\\u{1b}[31m"),
        ("two\nlines\r\t", "two\\nlines\\r\\t"),
        ("\u{202e}evil\u{2066}\u{61c}", "\\u{202e}evil\\u{2066}\\u{61c}"),
        ("zero\u{200b}width\u{ad}\u{feff}", "zero\\u{200b}width\\u{ad}\\u{feff}"),
        ("\u{fffe}\u{ffff}", "\\u{fffe}\\u{ffff}"),
        ("Zürich 東京 \u{1f469}\u{200d}\u{1f52c}", "Zürich 東京 \u{1f469}\u{200d}\u{1f52c}"),
        ("", ""),
    ]

    @Test(arguments: hostile.indices)
    func `text is escaped`(_ index: Int) {
        let (text, written) = Self.hostile[index]
        #expect(Tag.p(text: text).written() == "<p>\(written)</p>")
    }

    @Test(arguments: hostile.indices)
    func `attribute values are escaped`(_ index: Int) {
        let (text, written) = Self.hostile[index]
        #expect(Tag.p(.hint(text)).written() == "<p title=\"\(written)\"></p>")
        #expect(Tag.input(Attribute("value", text)).written() == "<input value=\"\(written)\">")
    }

    static let addresses: [(text: String, encoded: String)] = [
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("//evil.example/", "%2F%2Fevil.example%2F"),
        ("a=b&c=d#e", "a%3Db%26c%3Dd%23e"),
        ("\"><script>", "%22%3E%3Cscript%3E"),
        ("..", ".."), ("%2e", "%252e"), ("a b\n", "a%20b%0A"), ("東", "%E6%9D%B1"),
    ]

    @Test(arguments: addresses.indices)
    func `what is put into an address stays in its query`(_ index: Int) {
        let (text, encoded) = Self.addresses[index]
        let link = PageLink("/requests", [PageRequest.Item("id", text)])
        #expect(link.text == "/requests?id=\(encoded)")
        #expect(
            Tag.a(.href(link), text: "x").written()
                == "<a href=\"/requests?id=\(encoded)\">x</a>"
        )
    }

    @Test func `a file that stands alone leads nowhere`() {
        let link = Tag.a(.class("b"), .href(PageLink("/")), text: "<x>")
        #expect(
            Tag.p { link }.withoutLinks.written()
                == "<p><span class=\"b\">&lt;x&gt;</span></p>"
        )
    }
}
