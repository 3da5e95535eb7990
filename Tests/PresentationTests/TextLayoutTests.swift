import Presentation
import Testing

/// How texts are measured and set in columns.
struct TextLayoutTests {
    @Test(
        "Columns of a terminal",
        arguments: [
            ("", 0), ("abc", 3), ("\u{e9}", 1), ("e\u{301}", 1), ("\u{65e5}\u{672c}", 4),
            ("\u{1f680}", 2), ("\u{1f469}\u{200d}\u{1f680}", 2), ("\u{2764}\u{fe0f}", 2),
        ]
    )
    func width(text: String, columns: Int) { #expect(DisplayWidth.of(text) == columns) }

    @Test(
        "What is too wide is cut where it was asked for",
        arguments: [
            ("abcdef", 6, "abcdef", "abcdef"), ("abcdef", 4, "abc\u{2026}", "\u{2026}def"),
            ("\u{65e5}\u{672c}\u{8a9e}", 4, "\u{65e5}\u{2026}", "\u{2026}\u{8a9e}"),
            ("ab", 1, "\u{2026}", "\u{2026}"),
        ]
    )
    func cut(text: String, columns: Int, start: String, end: String) {
        #expect(DisplayWidth.fitted(text, columns) == start)
        #expect(DisplayWidth.fitted(text, columns, keepsEnd: true) == end)
    }

    @Test("Numbers are set to the right, texts to the left, and nothing trails")
    func table() {
        var table = TextTable([.text("name"), .number("n")])
        table.append([.init("a"), .init("1,000")])
        table.append([.init("longer"), .init("7")])
        let terminal = Terminal(environment: { _ in nil }, columns: nil)
        #expect(table.text(terminal) == "name        n\na       1,000\nlonger      7\n")
    }
}
