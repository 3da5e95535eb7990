import AgentEvents
import Testing

/// What a name from outside may do to a terminal: nothing.
struct SafeTextTests {
    @Test(
        "What steers a terminal, turns the reading direction or hides is shown as an escape",
        arguments: [
            ("plain, ünïcode and 日本", "plain, ünïcode and 日本"), ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{1b}[31m", "\\u{1b}[31m"), ("\u{202e}abc", "\\u{202e}abc"),
            ("a\u{200b}b\u{ad}c", "a\\u{200b}b\\u{ad}c"), ("\u{2028}", "\\u{2028}"),
            ("\u{e0041}\u{9b}", "\\u{e0041}\\u{9b}"),
            ("\u{1f469}\u{200d}\u{1f680}", "\u{1f469}\u{200d}\u{1f680}"),
        ]
    )
    func line(text: String, safe: String) {
        #expect(SafeText.line(text) == safe)
        #expect(SafeText.line(Array(text.utf8)) == safe)
        #expect(SafeText.line(text, max: 100) == safe)
    }

    @Test("A long text is cut by characters of its own, and unwanted ones are escaped, too")
    func cut() {
        #expect(SafeText.line("\u{1b}\u{1b}\u{1b}", max: 2) == "\\u{1b}\\u{1b}...")
        #expect(SafeText.line("a|b=c", without: "|=", max: 5) == "a\\u{7c}b\\u{3d}c")
        #expect(SafeText.line("", max: 0) == "")
    }

    @Test("Bytes that are not UTF-8 are shown as such")
    func bytes() { #expect(SafeText.line([0x61, 0xff, 0x0a] as [UInt8]) == "a\u{fffd}\\n") }
}
