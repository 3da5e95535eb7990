import AgentEvents
import EventStorage
import MetricsEngine
import Testing

/// Answers from a snapshot that remembers rows against those from the store itself.
struct RememberingSnapshotTests {
    @Test(
        "Whatever was asked before, the answers are those of the store",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func equals(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let store = RandomStore.make(seed: seed, requests: 80, in: 0...40_000)
        let remembering = RememberingSnapshot(store)
        let moments: [Double] = [-100, 0, 9_000, 18_000, 27_077, 40_000, 50_000]
        for _ in 0..<40 {
            let ends = [0, 1].map { _ in Int.random(in: moments.indices, using: &numbers) }.sorted()
            var query = MetricQuery(
                window: TimeWindow(since: .at(moments[ends[0]]), until: .at(moments[ends[1]])),
                now: .at(moments[Int.random(in: ends[1]..<moments.count, using: &numbers)]),
                by: RollupAnswerTests.breakdowns.randomElement(using: &numbers) ?? []
            )
            query.filters = RollupAnswerTests.filters.randomElement(using: &numbers) ?? []
            query.precision =
                [.exact, .rollups, .automatic].randomElement(using: &numbers) ?? .exact
            let (expected, found) = (
                try MetricsEngine.report(query, from: store),
                try MetricsEngine.report(query, from: remembering)
            )
            #expect(found.keys == expected.keys, "seed \(seed)")
            for (left, right) in zip(expected.groups, found.groups) {
                #expect(left.values.map(\.metric) == right.values.map(\.metric), "seed \(seed)")
                #expect(left.values.map(\.value) == right.values.map(\.value), "seed \(seed)")
            }
        }
    }
}
