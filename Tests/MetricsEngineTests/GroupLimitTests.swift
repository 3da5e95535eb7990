import AgentEvents
import MetricsEngine
import Testing

/// Reports with more groups than are tallied in one pass, and those with a limit.
struct GroupLimitTests {
    /// Users, of whom number n makes (n * 7) % 50 + 1 calls and the calls of each take n milliseconds.
    private static let users = 9_000
    private static func calls(_ user: Int) -> Int { user * 7 % 50 % 3 + 1 }

    private let store = {
        var store = MemorySnapshot()
        for user in 0..<Self.users {
            for call in 0..<Self.calls(user) {
                store.add(
                    .toolCall,
                    "r\(user)-\(call)",
                    at: Double(user % 1_000),
                    user: "u\(user)",
                    subject: "t"
                ) {
                    $0.latency = Optional64(Int64(user) * 1_000)
                }
            }
        }
        return store
    }()

    private static func query(_ metrics: [String], limit: Int? = nil) -> MetricQuery {
        var query = MetricQuery(
            window: TimeWindow(since: .at(-1), until: .at(100_000)),
            now: .at(100_000),
            by: [.user],
            metrics: metrics.compactMap(MetricCatalog.metric(named:))
        )
        query.limit = limit
        return query
    }

    @Test("Every group comes once, in order, with its own values")
    func parts() throws {
        let metrics = ["tool_calls", "tool_latency_ms_max", "requests"]
        let report = try MetricsEngine.report(Self.query(metrics), from: store)
        let names = (0..<Self.users).map { "u\($0)" }.sorted()
        #expect(report.keys == names.map { [.name($0)] })
        for user in stride(from: 0, to: Self.users, by: 97) {
            let name = KeyValue.name("u\(user)")
            let count = Int64(Self.calls(user))
            #expect(report.value("tool_calls", name) == .whole(count, n: count), "\(user)")
            #expect(report.value("requests", name) == .whole(count, n: count), "\(user)")
            #expect(report.value("tool_latency_ms_max", name) == .real(Double(user), n: count))
        }
    }

    @Test(
        "A limit gives the largest by the first metric and one group with the rest",
        arguments: [3, 5_000]
    )
    func limited(limit: Int) throws {
        let metrics = ["tool_latency_ms_max", "tool_calls", "tool_latency_ms_p50"]
        let report = try MetricsEngine.report(Self.query(metrics, limit: limit), from: store)
        let largest = (Self.users - limit..<Self.users).map { "u\($0)" }.sorted()
        #expect(report.keys == largest.map { [.name($0)] } + [[.rest]])
        #expect(report.groups.last?.restCount == Self.users - limit)
        let rest = (0..<Self.users - limit)
        let count = Int64(rest.reduce(0) { $0 + Self.calls($1) })
        #expect(report.value("tool_calls", .rest) == .whole(count, n: count))
        // Percentiles of the rest are those of its calls, not of its groups.
        let latencies = rest.flatMap { Array(repeating: Double($0), count: Self.calls($0)) }
        let middle = (latencies[(latencies.count - 1) / 2] + latencies[latencies.count / 2]) / 2
        #expect(report.value("tool_latency_ms_p50", .rest) == .real(middle, n: count))
    }

    @Test("A limit that is not reached changes nothing")
    func unreached() throws {
        let all = try MetricsEngine.report(Self.query(["tool_calls"]), from: store)
        let query = Self.query(["tool_calls"], limit: Self.users)
        let limited = try MetricsEngine.report(query, from: store)
        #expect(limited.keys == all.keys && limited.groups.last?.restCount == nil)
    }

    @Test("Too many groups are refused before the first is handed over, unless there is a limit")
    func refused() throws {
        var query = Self.query(["tool_calls"])
        query.maxGroups = Self.users - 1
        var handed = 0
        #expect(throws: TooManyGroups(count: Self.users, max: Self.users - 1)) {
            _ = try MetricsEngine.report(query, from: store) { _ in handed += 1 }
        }
        #expect(handed == 0)
        query.limit = 10
        #expect(try MetricsEngine.report(query, from: store).groups.count == 11)
        query.limit = nil
        query.maxGroups = Self.users
        #expect(try MetricsEngine.report(query, from: store).groups.count == Self.users)
    }
}
