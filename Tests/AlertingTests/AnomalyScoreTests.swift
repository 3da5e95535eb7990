import Foundation
import Testing

@testable import Alerting

/// z-scores against Python's `statistics`.
struct AnomalyScoreTests {
    private struct Case: Encodable {
        var past: [Double]
        var value: Double
        var least: Double
    }

    /// A linear congruential generator, so that a failure can be repeated.
    private static func cases(seed: UInt64) -> [Case] {
        var state = seed
        func next(_ top: UInt64) -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double((state >> 33) % top)
        }
        return (0..<200).map { index in
            let spread = index % 4 == 0 ? UInt64(1) : 1_000
            return Case(
                past: (0..<(12 + index % 50)).map { _ in 1 + next(spread) / 7 },
                value: next(5_000) / 3,
                least: index % 3 == 0 ? next(100) : 0
            )
        }
    }

    @Test("Scores equal those that Python's statistics give", arguments: [UInt64(1), 2, 3])
    func equal(seed: UInt64) throws {
        let cases = Self.cases(seed: seed)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Oracle/anomaly_scores.py").standardizedFileURL
        let (input, output) = (Pipe(), Pipe())
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script.path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Python reads everything before it writes, and all of it fits its buffer or ours.
        let data = try JSONEncoder().encode(cases)
        input.fileHandleForWriting.write(data)
        try input.fileHandleForWriting.close()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let expected = try JSONDecoder().decode([Double].self, from: answer)
        try #require(expected.count == cases.count, "seed \(seed)")
        for (index, (one, z)) in zip(cases, expected).enumerated() {
            let found = AnomalyScore(one.past, minChange: one.least).z(one.value)
            #expect(abs(found - z) <= 1e-12 * max(1, abs(z)), "seed \(seed), case \(index)")
        }
    }
}
