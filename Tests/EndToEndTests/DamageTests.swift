import Foundation
import Testing

/// Databases with random bytes changed; `make soak` tries a thousand.
struct DamageTests {
    @Test("Whatever is damaged, every command ends and says what is wrong")
    func damage() async throws {
        let script = Checkout.path("Tests/Damage/damage.py")
        let running = try Program.python.start([script, Binary.program.path, "20", "1"])
        let finished = try await running.finishedLater(seconds: 300)
        #expect(finished.code == 0, "\(finished.output)\(finished.complaints)")
    }
}
