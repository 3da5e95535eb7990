import AgentEvents
import EventStorage
import MetricsEngine
import Testing

/// Answers from cells against answers from rows, over random windows, breakdowns and filters.
struct RollupAnswerTests {
    static let kolkata = ZoneOffsets(transitions: [(.distantPast, 19_800)])
    /// Clocks go back 10 days after `Timestamp.at(0)`, in the middle of a quarter of an hour of no
    /// other zone.
    static let chatham = ZoneOffsets(transitions: [
        (.distantPast, 49_500), (.at(10 * 86_400 + 50_400), 45_900),
    ])
    /// Clocks go forward at 01:00Z ten days after `Timestamp.at(0)`, and back twenty days later.
    static let berlin = ZoneOffsets(transitions: [
        (.distantPast, 3_600), (.at(10 * 86_400 + 3_600), 7_200), (.at(30 * 86_400 + 3_600), 3_600),
    ])
    /// Clocks go back from 01:00 to 00:00, so that midnight comes twice.
    static let havana = ZoneOffsets(transitions: [
        (.distantPast, -14_400), (.at(9 * 86_400 + 18_000), -18_000),
    ])
    /// No zone of a civil clock: offset by minutes, and by seconds.
    static let odd = ZoneOffsets(transitions: [(.distantPast, 1_380), (.at(10 * 86_400 + 77), 61)])
    static let zones: [ZoneOffsets] = [.utc, kolkata, chatham, berlin, havana, odd]

    static let breakdowns: [[Dimension]] = [
        [], [.agent], [.model], [.tool], [.error], [.outcome], [.provider, .model], [.day], [.hour],
        [.minute], [.agent, .day], [.day, .hour], [.outcome, .hour],
    ]
    static let filters: [[MetricFilter]] = [
        [], [], [], [MetricFilter(.agent, ["x"])], [MetricFilter(.agent, ["y", nil])],
        [MetricFilter(.model, ["one", nil])], [MetricFilter(.tool, ["search"])],
        [MetricFilter(.error, [nil])], [MetricFilter(.outcome, ["completed", "unfinished"])],
        [MetricFilter(.outcome, [nil]), MetricFilter(.agent, ["x", nil])],
        [MetricFilter(.provider, ["q"]), MetricFilter(.model, ["never seen", "two"])],
    ]

    @Test("Rollups give what rows give", arguments: 1...24 as ClosedRange<UInt64>)
    func windows(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        // Around the moments at which clocks are moved, over a few days or a few minutes.
        let days = seed % 3 == 0 ? 0.01 : 4.0
        let middle = 10 * 86_400.0 + (seed % 2 == 0 ? 0 : 50_400)
        let span = (middle - days * 43_200)...(middle + days * 43_200)
        let store = RandomStore.make(seed: seed, requests: 120, in: span)
        for _ in 0..<12 {
            var (since, until) = (
                Double.random(in: span, using: &numbers), Double.random(in: span, using: &numbers)
            )
            if since > until { (since, until) = (until, since) }
            if Bool.random(using: &numbers) { since = (since / 60).rounded() * 60 }
            if Bool.random(using: &numbers) { until = (until / 900).rounded() * 900 }
            if Int.random(in: 0..<4, using: &numbers) == 0 { since = -1e9 }
            if Int.random(in: 0..<6, using: &numbers) == 0 { until = 1e9 }
            if Int.random(in: 0..<3, using: &numbers) == 0 {
                // Around the newest event, behind which calls are read as whole buckets.
                let newest = try #require(try store.newestEvent()).micros - Timestamp.at(0).micros
                until = Double(newest) / 1e6 + Double.random(in: -1...90, using: &numbers)
                since = min(since, until - 1)
            }
            let now = Bool.random(using: &numbers) ? until : until + 400
            try compare(store, since, until, now, &numbers, "seed \(seed)")
        }
    }

    private func compare(
        _ store: MemorySnapshot,
        _ since: Double,
        _ until: Double,
        _ now: Double,
        _ numbers: inout SeededNumbers,
        _ label: String
    ) throws {
        let by = Self.breakdowns.randomElement(using: &numbers) ?? []
        let filters = Self.filters.randomElement(using: &numbers) ?? []
        let zone = Self.zones.randomElement(using: &numbers) ?? .utc
        func report(_ precision: AnswerPrecision) throws -> MetricReport {
            try store.report(
                since,
                until,
                now: now,
                by: by,
                filters: filters,
                zone: zone,
                precision: precision
            )
        }
        let place = "\(label) \(since)...\(until) now \(now) by \(by) where \(filters)"
        ReportComparison(
            exact: try report(.exact),
            rolled: try report(.rollups),
            label: place
        ).expectEqual()
    }

    @Test("Asked alone, a metric has the value that it has among all others", arguments: breakdowns)
    func alone(by: [Dimension]) throws {
        let store = RandomStore.make(seed: 11, requests: 60, in: 0...90_000)
        func values(_ metrics: [String]?, _ precision: AnswerPrecision) throws -> [[String]] {
            let report = try store.report(0, 60_000, by: by, metrics: metrics, precision: precision)
            return report.groups.map { group in
                ["\(group.key)"] + group.values.map { "\($0.metric.name) \($0.value)" }
            }
        }
        for precision in [AnswerPrecision.rollups, .automatic] {
            let groups = try values(nil, precision)
            for metric in MetricCatalog.all where metric.level != .ledger {
                let all = groups.compactMap { group in
                    group.dropFirst().first { $0.hasPrefix(metric.name + " ") }.map {
                        [group[0], $0]
                    }
                }
                // A group in which nothing of the metric's is left out when it is asked alone.
                let one = try values([metric.name], precision).filter { $0.count > 1 }
                #expect(Set(one).isSubset(of: Set(all)), "\(metric.name) \(precision)")
                #expect(one.isEmpty == all.isEmpty, "\(metric.name) \(precision)")
            }
        }
    }

    @Test("A retry event counts whose quarter of an hour holds no call and no closed request")
    func retryAlone() throws {
        var store = MemorySnapshot()
        // Its request closes five minutes later, in the quarter after it.
        store.add(.retry, "r", at: -89_200, agent: "a")
        store.add(.llmCall, "s", at: 0, agent: "a")
        for by in [[], [Dimension.hour], [.day]] {
            let rolled = try store.report(by: by, metrics: ["retries"], precision: .rollups)
            let values = rolled.groups.compactMap { $0.values.first?.value.value?.double }
            #expect(values.reduce(0, +) == 1, "by \(by)")
        }
    }

    @Test("The days of a zone add up to their range", arguments: zones)
    func days(zone: ZoneOffsets) throws {
        let middle = 10 * 86_400.0
        let store = RandomStore.make(
            seed: 5,
            requests: 300,
            in: (middle - 3 * 86_400)...(middle + 3 * 86_400)
        )
        let names = ["cost_usd_total", "input_tokens", "llm_calls", "requests", "tool_calls"]
        let whole = try store.report(metrics: names, zone: zone, precision: .rollups)
        for cut in [Dimension.day, .hour] {
            let parts = try store.report(by: [cut], metrics: names, zone: zone, precision: .rollups)
            for name in names {
                let values = parts.groups.compactMap { group in
                    group.values.first { $0.metric.name == name }?.value
                }
                let total = try #require(whole.value(name))
                #expect(values.map(\.n).reduce(0, +) == total.n, "\(name) by \(cut)")
                let sum = values.compactMap { $0.value?.double }.reduce(0, +)
                let expected = try #require(total.value?.double)
                #expect(abs(sum - expected) <= 1e-9 * expected, "\(name) by \(cut)")
            }
        }
    }

    @Test("Users and sessions come from rows at any precision")
    func users() throws {
        let store = RandomStore.make(seed: 8, requests: 60, in: 0...9_000)
        for by in [[Dimension.user], [.session, .hour], []] {
            let filters = by.isEmpty ? [MetricFilter(.user, ["u", nil])] : []
            let report = try store.report(by: by, filters: filters, precision: .rollups)
            let exact = report.groups.flatMap(\.values).allSatisfy { $0.value.exact }
            #expect(exact && report.value("llm_latency_ms_p95")?.n != 0, "\(by)")
        }
    }

    @Test("From rollups quantiles are estimates, and nothing else is but slow_request_rate")
    func marks() throws {
        let store = RandomStore.make(seed: 9, requests: 60, in: 0...9_000)
        let report = try store.report(0, 20_040, precision: .rollups)
        for (metric, value) in report.groups.flatMap(\.values) where value.value != nil {
            #expect(value.exact == !ReportComparison.isEstimated(metric), "\(metric.name)")
        }
    }

    @Test(
        "Missing samples are zeros in rollups, too",
        arguments: [0, 3, 60, 1_000, .max] as [Int64]
    )
    func padded(count: Int64) throws {
        let store = RandomStore.make(seed: 10, requests: 60, in: 0...9_000)
        var query = MetricQuery(
            window: TimeWindow(since: .at(0), until: .at(20_040)),
            now: .at(30_000)
        )
        query.paddedTo = count
        query.precision = .exact
        let exact = try MetricsEngine.report(query, from: store)
        query.precision = .rollups
        let rolled = try MetricsEngine.report(query, from: store)
        ReportComparison(exact: exact, rolled: rolled, label: "\(count)").expectEqual()
    }
}
