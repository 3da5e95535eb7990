import Foundation
import Testing

/// What README.md shows runs as it stands.
struct ReadmeTests {
    /// The blocks of README.md that are fenced with a word.
    private static func blocks(_ word: String) throws -> [String] {
        try Checkout.text("README.md").components(separatedBy: "```\(word)\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
    }

    private static func commands() throws -> [String] {
        try (blocks("console") + blocks("sh")).flatMap { $0.split(separator: "\n") }
            .filter { $0.hasPrefix("$ agentwatch") }.map { String($0.dropFirst(2)) }
            // A follower ends only when it is told to.
            .map { $0.hasPrefix("agentwatch tail") ? $0 + " --until-idle 1s" : $0 }
    }

    /// Where a shell finds `agentwatch`.
    private static var path: String {
        let programs = URL(fileURLWithPath: Binary.program.path).deletingLastPathComponent().path
        // What a shell without a PATH takes.
        return programs + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    }

    @Test("The dashboard of README.md listens where its comment says")
    func dashboard() async throws {
        let lines = try Self.blocks("sh").flatMap { $0.split(separator: "\n") }
        let line = try #require(lines.first { $0.hasPrefix("agentwatch serve") })
        let address = try #require(line.firstMatch(of: /# (http:[^,]*)/)?.1)
        let folder = try TemporaryFolder()
        let server = try Program.shell.start(
            ["exec \(line)"],
            environment: ["PATH": Self.path],
            folder: folder.path
        )
        for _ in 0..<1_000 where try !server.outputNow().hasSuffix("\n") {
            try await Task.sleep(for: .milliseconds(20))
        }
        let (output, complaints) = try (server.outputNow(), server.complaintsNow())
        #expect(output == "Listening on \(address)\n", "\(complaints)")
        server.send(SIGTERM)
        #expect(try await server.finishedLater(seconds: 20).code == 0)
    }

    @Test("Every command of README.md runs on a simulated log")
    func commands() throws {
        let commands = try Self.commands()
        #expect(commands.count >= 5)
        // Its commands look at the last day, so this log ends now.
        let folder = try TemporaryFolder()
        let made = try Program.python.run(
            [
                Checkout.path("fixtures/simulate.py"), "--out", folder.path("logs"), "--requests",
                "400",
            ])
        try #require(made.code == 0, "\(made.complaints)")
        try folder.write(Checkout.text("alerts.json"), to: "alerts.json")
        for command in commands {
            let run = try Program.shell.run(
                [command],
                environment: ["PATH": Self.path],
                folder: folder.path
            )
            // The log has flaws to find and an incident to fire on: those are answers.
            let answers =
                command.contains(" validate") || command.contains(" check") ? [0, 1, 2] : [0]
            #expect(answers.contains(Int(run.code)), "\(command): \(run.code) \(run.complaints)")
            #expect(run.code == 0 || !run.output.isEmpty, "\(command)")
        }
    }

    @Test("The log that the Python of README.md writes has no flaw")
    func pythonLogging() throws {
        let folder = try TemporaryFolder()
        for block in try Self.blocks("python") {
            let run = try Program.python.run(["-c", block], folder: folder.path)
            #expect(run.code == 0, "\(run.complaints)")
        }
        let logs = try folder.names().filter { $0.hasSuffix(".jsonl") }.map(folder.path)
        try #require(!logs.isEmpty)
        let checked = try Binary.run(["validate"] + logs)
        #expect(checked.code == 0, "\(checked.output)\(checked.complaints)")
    }
}
