import Foundation
import Testing

/// The real program with a real server, as Tests/Cluster plays it.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/clickhouse-server")))
struct ClusterTests {
    @Test(
        "Reports from a server are those of one machine, whoever is killed meanwhile",
        .serialized,
        arguments: [
            "conformance", "today", "cases", "migrated", "two_machines", "shards",
            "pruned", "one_evaluator", "packed", "encrypted", "refused", "full_disk",
            "follower_killed", "server_killed",
        ]
    )
    func scenarios(name: String) async throws {
        let running = try Program.python.start([
            Checkout.path("Tests/Cluster/scenarios.py"), Binary.program.path, name,
        ])
        let played = try await running.finishedLater(seconds: 420)
        #expect(played.code == 0, "\(played.output)\(played.complaints)")
    }

    @Test("Every scenario there is, is played here or in make soak")
    func complete() throws {
        let text =
            try Checkout.text("Tests/EndToEndTests/ClusterTests.swift")
            + Checkout.text("scripts/soak.sh")
        let listed = try Program.python.run([Checkout.path("Tests/Cluster/scenarios.py"), "--list"])
        let names = listed.output.split(separator: "\n")
        #expect(names.count > 3)
        for name in names { #expect(text.contains(name), "\(name)") }
    }
}
