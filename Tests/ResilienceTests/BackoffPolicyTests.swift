import AgentEvents
import Resilience
import Testing

struct BackoffPolicyTests {
    @Test(
        "The ceiling doubles with each failure up to the longest",
        arguments: [
            (failures: 1, seconds: Int64(1)), (failures: 2, seconds: 2), (failures: 3, seconds: 4),
            (failures: 9, seconds: 256), (failures: 10, seconds: 300), (failures: 11, seconds: 300),
            (failures: 1_000_000, seconds: 300), (failures: 0, seconds: 1),
        ]
    )
    func ceiling(failures: Int, seconds: Int64) {
        #expect(BackoffPolicy().ceiling(afterFailures: failures) == seconds * Micros.second)
    }

    @Test("Full jitter: every tenth of the range is drawn about as often", arguments: [1, 4, 12])
    func jitter(failures: Int) {
        let policy = BackoffPolicy()
        let ceiling = policy.ceiling(afterFailures: failures)
        var tenths = [Int](repeating: 0, count: 10)
        for seed in UInt64(0)..<10_000 {
            let delay = policy.delay(afterFailures: failures, seed: seed)
            #expect(delay >= 0 && delay <= ceiling, "seed \(seed)")
            tenths[min(9, Int(delay * 10 / ceiling))] += 1
        }
        // Each is binomial, 1,000 with a deviation of 30: five deviations.
        #expect(tenths.allSatisfy { (850...1_150).contains($0) }, "\(tenths)")
    }

    @Test("The same seed waits the same; other seeds and counts wait differently")
    func seeds() {
        let policy = BackoffPolicy()
        let lengths = Set((UInt64(0)..<100).map { policy.delay(afterFailures: 20, seed: $0) })
        #expect(lengths.count == 100)
        let counts = Set((10..<110).map { policy.delay(afterFailures: $0, seed: 7) })
        #expect(counts.count == 100)
        #expect(
            policy.delay(afterFailures: 3, seed: 42) == policy.delay(afterFailures: 3, seed: 42)
        )
    }

    @Test(
        "Given up on once old enough",
        arguments: [(hours: Int64(0), is: false), (hours: 23, is: false), (hours: 24, is: true)]
    )
    func givingUp(hours: Int64, is expected: Bool) {
        let made = Timestamp(micros: 1_774_742_400_000_000)
        let now = made + hours * Micros.hour
        #expect(BackoffPolicy().givesUp(madeAt: made, now: now) == expected)
    }
}
