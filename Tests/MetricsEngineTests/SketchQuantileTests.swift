import AgentEvents
import MetricsEngine
import Testing

/// Quantiles of rollups over distributions that are hard for sketches.
struct SketchQuantileTests {
    /// What is measured, in microseconds, by name.
    static let shapes: [(name: String, values: @Sendable (inout SeededNumbers) -> [Int64])] = [
        ("constant", { _ in [Int64](repeating: 123_457, count: 500) }),
        ("zeros", { _ in [Int64](repeating: 0, count: 300) }),
        ("ones", { _ in [0, 0, 1, 1, 1, 2, 2, 3] }),
        (
            "two points a million apart",
            { _ in
                [Int64](repeating: 7, count: 95) + [Int64](repeating: 7_000_000, count: 6)
            }
        ),
        ("two values", { _ in [1, 2_592_000_000_000] }),
        (
            "zeros and a tail",
            { numbers in
                [Int64](repeating: 0, count: 900)
                    + (0..<100).map { _ in .random(in: 1...10_000_000, using: &numbers) }
            }
        ),
        (
            "heavy tail",
            { numbers in
                (0..<3_000).map { _ in
                    Int64(50_000 / Double.random(in: 1e-6...1, using: &numbers))
                }
            }
        ),
        (
            "sub-millisecond to hours",
            { numbers in
                (0..<3_000).map { _ in
                    let most = Int64(1) << Int64.random(in: 0...34, using: &numbers)
                    return .random(in: 0...most, using: &numbers)
                }
            }
        ),
        ("every small integer", { _ in Array(0...2_000) }),
    ]

    @Test("Every quantile is within 1 % of the exact one", arguments: shapes.indices)
    func shape(index: Int) throws {
        let (name, values) = Self.shapes[index]
        var numbers = SeededNumbers(seed: 77)
        var store = MemorySnapshot()
        for (place, value) in values(&numbers).enumerated() {
            // Over some minutes and hours, so that cells are merged.
            store.add(.toolCall, "r\(place % 9)", at: Double(place * 11 % 9_000), subject: "t") {
                $0.latency = Optional64(value)
            }
        }
        // The edges of the window come from rows.
        for (since, until) in [(0.0, 90_000.0), (5, 90_001), (2_000.5, 8_000.25)] {
            let exact = try store.report(since, until, by: [.tool], precision: .exact)
            let rolled = try store.report(since, until, by: [.tool], precision: .rollups)
            ReportComparison(exact: exact, rolled: rolled, label: name).expectEqual()
        }
    }
}
