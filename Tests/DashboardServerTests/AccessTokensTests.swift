import Testing

@testable import DashboardServer

struct AccessTokensTests {
    private static let read = "Zk3vQ8mT1xW6rB9yN4cL"
    private static let write = "aB7dE2gH5jK8mN1pQ4sT"

    @Test("Line ends of every kind make the same tokens", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        var tokens = AccessTokens()
        try tokens.add(
            file: ["# level, then the token", "read \(Self.read)", "write \(Self.write)", ""]
                .joined(separator: end)
        )
        #expect(tokens.level(of: Self.read) == .read)
        #expect(tokens.level(of: Self.write) == .write)
        #expect(tokens.level(of: Self.read.uppercased()) == nil)
        #expect(tokens.level(of: "") == nil)
    }

    @Test(
        "A file that holds no token is refused",
        arguments: ["", "\n", "# nothing yet", "\r\n# read, later\r\n", "   \t"]
    )
    func empty(text: String) {
        var tokens = AccessTokens()
        #expect(throws: AccessTokens.Problem.self) { try tokens.add(file: text) }
    }

    @Test(
        "What is wrong is named with its line, and never repeated",
        arguments: [
            ("read", "line 1"), ("\nread short", "line 2"), ("\r\nroot \(Self.read)", "line 2"),
            ("read sha256:12", "line 1"), ("read \(Self.read) more", "line 1"),
        ]
    )
    func wrong(text: String, place: String) {
        var tokens = AccessTokens()
        let problem = #expect(throws: AccessTokens.Problem.self) { try tokens.add(file: text) }
        #expect(problem?.description.hasPrefix(place) == true)
        #expect(problem?.description.contains(Self.read) == false)
    }
}
