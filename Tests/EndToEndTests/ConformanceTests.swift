import Foundation
import Testing

/// The HTTP API against its own OpenAPI document, by schemathesis.
struct ConformanceTests {
    private static let python = Checkout.path(".build/venv/bin/python3")
    private static let isInstalled = FileManager.default.isExecutableFile(
        atPath: Checkout.path(".build/venv/bin/schemathesis")
    )

    @Test(
        "No answer is 5xx or undocumented, and each matches its schema",
        .enabled(if: isInstalled, "needs schemathesis in .build/venv: scripts/install-deps.sh test")
    )
    func conformance() async throws {
        let script = Checkout.path("Tests/Serving/conformance.py")
        let running = try Program(path: Self.python).start([script, Binary.program.path, "15"])
        let finished = try await running.finishedLater(seconds: 300)
        #expect(finished.code == 0, "\(finished.output)\(finished.complaints)")
    }
}
