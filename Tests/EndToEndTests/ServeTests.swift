import Foundation
import Testing

/// `agentwatch serve` over real sockets: the scenarios of `Tests/Serving`, each with a server of its
/// own, one after another so that times mean something.
@Suite(.serialized)
struct ServeTests {
    @Test(
        "What the server has to do",
        arguments: [
            "numbers", "refused", "large", "slow", "keyed", "terminated", "killed", "access",
            "stream", "streams", "figures", "pages", "closed", "trend", "documented", "followed",
            "pruned", "encrypted", "below", "sockets", "second_version",
            "bombs", "parted", "crowded", "malformed", "groups", "full_disk",
        ]
    )
    func scenario(_ name: String) async throws {
        let script = Checkout.path("Tests/Serving/scenarios.py")
        let running = try Program.python.start([script, Binary.program.path, name])
        let finished = try await running.finishedLater(seconds: 60)
        #expect(finished.code == 0, "\(name): \(finished.complaints)")
        #expect(finished.output == "\(name): fine\n")
    }
}
