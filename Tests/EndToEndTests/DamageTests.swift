import Foundation
import Testing

/// Databases with random bytes changed; `make attack` tries a thousand.
struct DamageTests {
    /// The first of the seed and how many from there on: a sample, a time beyond what can be told, and
    /// a column with another name.
    @Test(
        "Whatever is damaged, every command ends and says what is wrong",
        arguments: [(1, 20), (331, 1), (345, 1)]
    )
    func damage(seed: Int, count: Int) async throws {
        let script = Checkout.path("Tests/Damage/damage.py")
        let running = try Program.python.start([
            script, Binary.program.path, "\(count)", "\(seed)",
        ])
        let finished = try await running.finishedLater(seconds: 300)
        #expect(finished.code == 0, "\(finished.output)\(finished.complaints)")
    }
}
