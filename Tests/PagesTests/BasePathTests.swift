import Presentation
import Testing

@testable import Pages

struct BasePathTests {
    @Test(arguments: [
        ("/", ""), ("/agentwatch", "/agentwatch"), ("/a/b/", "/a/b"), ("//a", "/a"),
    ])
    func `a base path has no slash at its end`(_ word: String, _ text: String) throws {
        #expect(try BasePath(word).text == text)
    }

    @Test(arguments: ["", "a", "/a b", "/..", "/./a", "/a?b", "/a#b", "/%41", "/ä", "/a\"b"])
    func `what could lead elsewhere is refused`(_ word: String) {
        #expect(throws: ParameterError.self) { try BasePath(word) }
    }

    @Test(arguments: [
        ("/a/b", "/"), ("/a/b/", "/"), ("/a/b/x?y=/a/b", "/x?y=/a/b"), ("/a/b?y", "/?y"),
        ("/a/bc", nil), ("/a", nil), ("/x/a/b", nil),
    ])
    func `our own path is what follows the base path`(_ path: String, _ own: String?) throws {
        #expect(try BasePath("/a/b").own(path) == own)
    }

    @Test func `links, forms and assets lead below the base path, fragments do not`() throws {
        let base = try BasePath("/a")
        let links: [Markup] = [
            Tag.a(.href(PageLink("/x")), text: "1"), Tag.a(.href(PageLink.content), text: "2"),
            Tag.form(.action(PageLink("/y"))), Tag.script(PageAssets.script),
        ]
        #expect(
            Markup.group(links).written(below: base)
                == "<a href=\"/a/x\">1</a><a href=\"#content\">2</a><form action=\"/a/y\"></form>"
                + "<script src=\"/a/assets/page.js\" defer></script>"
        )
    }
}
