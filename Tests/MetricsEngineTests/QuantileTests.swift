import AgentEvents
import MetricsEngine
import Testing

struct QuantileTests {
    static let cases: [(millis: [Int64], p50: Double?, p95: Double?, p99: Double?)] = [
        ([], nil, nil, nil),
        ([0], 0, 0, 0),
        ([7], 7, 7, 7),
        ([10, 20], 15, 19.5, 19.9),
        ([20, 10], 15, 19.5, 19.9),
        ([5, 5, 5, 5], 5, 5, 5),
        ([3, 1, 2], 2, 2.9, 2.98),
        (Array(1...21), 11, 20, 20.8),
        (Array(1...101), 51, 96, 100),
    ]

    @Test("Quantiles interpolate linearly between the closest ranks", arguments: cases)
    func table(row: (millis: [Int64], p50: Double?, p95: Double?, p99: Double?)) throws {
        var store = MemorySnapshot()
        for millis in row.millis {
            store.add(.toolCall, "r", at: 1, subject: "t") {
                $0.latency = Optional64(millis * 1_000)
            }
        }
        let report = try store.report()
        let n = Int64(row.millis.count)
        for (name, expected) in [("p50", row.p50), ("p95", row.p95), ("p99", row.p99)] {
            let value = report.value("tool_latency_ms_\(name)")
            #expect(value == MetricValue(expected.map { .real($0) }, n: n), "\(name)")
        }
        #expect(
            report.value("tool_latency_ms_max")?.value?.double == row.millis.max().map(Double.init)
        )
    }

    @Test(
        "Quantiles, means and maxima equal those of a plain sort",
        arguments: 1...12 as ClosedRange<UInt64>
    )
    func againstSort(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let count = Int.random(in: 1...4_000, using: &numbers)
        let most =
            ([3, 5_000, 90_000_000, 2_592_000_000_000] as [Int64]).randomElement(using: &numbers)
            ?? 1
        let micros = (0..<count).map { _ in Int64.random(in: 0...most, using: &numbers) }
        var store = MemorySnapshot()
        for value in micros {
            store.add(.llmCall, "r", at: 1, subject: "m") { $0.latency = Optional64(value) }
        }
        let report = try store.report()
        let sorted = micros.sorted()
        for (name, percent) in [("p50", 50), ("p95", 95), ("p99", 99)] {
            let (rank, rest) = ((count - 1) * percent).quotientAndRemainder(dividingBy: 100)
            let next = sorted[min(rank + 1, count - 1)]
            let expected =
                (Double(sorted[rank]) + Double(next - sorted[rank]) * Double(rest) / 100) / 1_000
            let value = try #require(report.value("llm_latency_ms_\(name)")?.value?.double)
            #expect(abs(value - expected) <= 1e-12 * expected, "seed \(seed) \(name)")
        }
        let mean = Double(micros.reduce(0, +)) / Double(count) / 1_000
        let value = try #require(report.value("llm_latency_ms_avg")?.value?.double)
        #expect(abs(value - mean) <= 1e-12 * mean, "seed \(seed)")
        #expect(
            report.value("llm_latency_ms_max")
                == .real(Double(sorted[count - 1]) / 1_000, n: Int64(count))
        )
    }

    @Test(
        "Missing samples are zeros where asked, and n stays",
        arguments: [(0, 19.5), (2, 19.5), (3, 19), (5, 18), (20, 10.5), (1_000, 0), (.max, 0)]
            as [(Int64, Double)]
    )
    func padded(count: Int64, p95: Double) throws {
        var store = MemorySnapshot()
        for millis in [10, 20] as [Int64] {
            store.add(.toolCall, "r", at: 1, subject: "t") {
                $0.latency = Optional64(millis * 1_000)
            }
        }
        var query = MetricQuery(
            window: TimeWindow(since: .at(0), until: .at(9)),
            now: .at(9),
            metrics: MetricCatalog.all.filter { $0.name == "tool_latency_ms_p95" }
        )
        query.paddedTo = count
        let report = try MetricsEngine.report(query, from: store)
        #expect(report.value("tool_latency_ms_p95") == .real(p95, n: 2))
    }
}
