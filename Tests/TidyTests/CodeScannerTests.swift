import Testing

/// The scanner that the other tests stand on.
struct CodeScannerTests {
    static let cases: [(text: String, code: String)] = [
        ("a // try?", "a        "),
        ("a /* x /* y */ z */ b", "a                   b"),
        (#"f("try? \" x") + 1"#, #"f("         ") + 1"#),
        (#"f("\(g("x", h(1)))!") + 1"#, #"f(" (g(" ", h(1))) ") + 1"#),
        ("#\"a \"quoted\" \\(b)\"# c", " \"               \"  c"),
        ("#\"\\#(b)\"#", " \"  (b)\" "),
        ("\"\"\"\na \"b\"\n\"\"\" c", "\"\"\"\n     \n\"\"\" c"),
    ]

    @Test("Comments and the contents of strings are blanked", arguments: cases)
    func blanks(text: String, code: String) {
        #expect(CodeScanner.code(of: text) == code)
    }

    @Test("A function is as long as it looks, and a requirement has no length of its own")
    func functionLengths() {
        let text = """
            protocol P {
                func wanted()
            }
            struct S {
                init(_ f: () -> Void = {}) {
                    f()
                }
                func short() { self.init() }
            }
            """
        let functions = SwiftSource(path: "", text: text).functions()
        #expect(functions.map(\.line) == [5, 8])
        #expect(functions.map(\.length) == [3, 1])
    }
}
