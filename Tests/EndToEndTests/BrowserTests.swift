import Foundation
import Testing

/// The dashboard in Chromium, by WebDriver: the scenarios of `Tests/Browser`.
struct BrowserTests {
    private static let python = Program(path: Checkout.path(".build/venv/bin/python3"))

    @Test(
        "Pages load, say the right numbers, narrow, renew, work by keys, and stay harmless",
        .enabled("needs selenium and axe-core in .build/venv: scripts/install-deps.sh test") {
            try python.run(["-c", "import selenium, axe_core_python"]).code == 0
        }
    )
    func browser() async throws {
        let script = Checkout.path("Tests/Browser/scenarios.py")
        let running = try Self.python.start([script, Binary.program.path])
        let finished = try await running.finishedLater(seconds: 300)
        #expect(finished.code == 0, "\(finished.output)\(finished.complaints)")
        #expect(finished.output.split(separator: "\n").count { $0.hasSuffix(": fine") } == 17)
    }
}
