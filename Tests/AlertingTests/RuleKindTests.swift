import AgentEvents
import EventStorage
import MetricsEngine
import Testing

@testable import Alerting

/// Anomalies, burn rates and built-in rules, against tables that were worked out by hand.
struct RuleKindTests {
    /// 2026-11-20T12:00:00Z; with the usual delay windows end one minute before.
    private static let noon = Timestamp(micros: 1_795_176_000_000_000)
    private static let now = noon + 10 * Micros.second
    private static let anomaly = [
        "type": "\"anomaly\"", "metric": "\"tool_calls\"", "op": "", "threshold": "",
        "window": "\"1h\"",
    ]
    private static let budget = [
        "type": "\"burn_rate\"", "metric": "\"error_rate\"", "op": "", "threshold": "",
        "objective": "0.99",
    ]

    private static func check(
        _ store: MemoryStore,
        _ changes: [String: String]
    ) throws -> [RuleResult] {
        try StatelessCheck.evaluate(
            rules: [try RuleText.decoded(changes)],
            now: now,
            zone: { _ in nil },
            snapshot: store
        ).results
    }

    /// Counts of calls in the hours that begin at 11:00 of the last days, and in the last hour.
    private static func hours(_ counts: [Int], last: Int) -> MemoryStore {
        var store = MemoryStore()
        for (index, count) in counts.enumerated() {
            let begin = noon - Micros.hour - Int64(index + 1) * Micros.day
            store.addCalls(.toolCall, at: begin + 1, succeeded: count)
        }
        if last > 0 { store.addCalls(.toolCall, at: noon - Micros.minute, succeeded: last) }
        return store
    }

    @Test("An anomaly's past begins within an hour of the same time of day, on whole lengths")
    func pastWindows() {
        let baseline = AnomalyBaseline(seconds: 2 * 86_400, minChange: 0)
        let window = TimeWindow(since: Self.noon - 20 * Micros.minute, until: Self.noon)
        let starts = baseline.windows(before: window).map { past in
            #expect(past.until.micros - past.since.micros == 20 * Micros.minute)
            return (past.since.micros - Self.noon.micros) / Micros.minute
        }
        // From 10:40 to 12:40, two days ago from 11:40 on; today until the window begins.
        let offsets: [Int64] = [-80, -60, -40, -20, 0, 20, 40]
        let expected =
            offsets.filter { $0 >= -20 }.map { $0 - 2_880 } + offsets.map { $0 - 1_440 }
            + [-80, -60, -40]
        #expect(starts == expected)
    }

    @Test("Half an hour is begun at whole half hours, whatever the window's own minute")
    func alignment() {
        let baseline = AnomalyBaseline(seconds: 86_400, minChange: 0)
        let since = Self.noon - 37 * Micros.minute
        let windows = baseline.windows(
            before: TimeWindow(since: since, until: since + 30 * Micros.minute)
        )
        let starts = windows.map { ($0.since.micros - Self.noon.micros) / Micros.minute }
        // 11:23 less an hour is 10:23; yesterday nothing before 11:23.
        #expect(starts == [-30 - 1_440, -1_440, -90])
    }

    /// The values, the value judged, the median, the median deviation, z by hand.
    static let scores: [([Double], Double, Double, Double)] = [
        // Deviations 3 2 1 0 1 2 3 of 7...13: the median is 2.
        ([10, 7, 8, 13, 9, 12, 11], 20, 0, 0.6745 * 10 / 2),
        // An even count: the median is 5, the deviations 4 4 0 0: their median 2.
        ([1, 5, 5, 9], 11, 0, 0.6745 * 6 / 2),
        // No deviation: 5 % of the median.
        ([100, 100, 100], 130, 0, 0.6745 * 30 / 5),
        // A least change above both.
        ([100, 100, 100], 130, 60, 0.6745 * 30 / 60),
        // Below the median.
        ([10, 20, 30], 10, 0, 0.6745 * -10 / 10),
    ]

    @Test("A z-score is as worked out by hand", arguments: scores)
    func zScore(values: [Double], value: Double, minChange: Double, expected: Double) {
        let score = AnomalyScore(values, minChange: minChange)
        #expect(abs(score.z(value) - expected) < 1e-12)
    }

    @Test("An anomaly fires above 6, and is not judged without a past or where the past is 0")
    func anomalies() throws {
        // Median 100, deviations 0 to 6, their median 3, 5 % of the median 5: z is 0.1349 a call.
        let past = [94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106]
        for (last, result) in [(144, Judgement.fine), (145, .breach), (40, .fine)] {
            let found = try Self.check(Self.hours(past, last: last), Self.anomaly)[0]
            #expect(found.result == result, "\(last): \(found)")
            let z = try #require(found.score)
            #expect(abs(z - 0.6745 * Double(last - 100) / 5) < 1e-12)
            #expect(found.reason == "the median of 13 past windows is 100")
        }
        let few = try Self.check(Self.hours(Array(past.prefix(11)), last: 900), Self.anomaly)[0]
        #expect(few.result == .insufficient && few.n == 900)
        #expect(few.reason == "11 of 12 past windows to compare with")
        let none = try Self.check(Self.hours(past, last: 0), Self.anomaly)[0]
        #expect(none.result == .noData)
        var zero = Self.anomaly
        zero["metric"] = "\"rate_limited\""
        var store = MemoryStore()
        for day in Int64(0)...13 {
            store.addCalls(.llmCall, at: Self.noon - day * Micros.day - 1, succeeded: 5)
        }
        #expect(try Self.check(store, zero)[0].result == .insufficient)
        zero["min_change"] = "3"
        #expect(try Self.check(store, zero)[0].result == .fine)
    }

    /// Requests that closed so many minutes ago, failed ones of all.
    private static func requests(_ parts: [(minutes: Int64, failed: Int, all: Int)]) -> MemoryStore
    {
        var store = MemoryStore()
        for part in parts {
            for index in 0..<part.all {
                store.addRequest(
                    closed: noon - part.minutes * Micros.minute - 1,
                    outcome: index < part.failed ? .failed : .completed
                )
            }
        }
        return store
    }

    /// With 1 % allowed and 30 days the factors are 14.4, 6 and 1.
    static let budgets:
        [(parts: [(Int64, Int, Int)], result: Judgement, severity: Severity?, burn: Double?)] = [
            ([(1, 15, 100)], .breach, .critical, 15),
            // 14 % burns too slowly for an hour, and is above 6 over 6 hours and their last half hour.
            ([(1, 14, 100)], .breach, .critical, 14),
            // Only the hour burns: its last five minutes are well.
            ([(30, 30, 100), (1, 0, 25), (300, 0, 900), (3_000, 0, 5_000)], .fine, .critical, nil),
            // 2 % for three days: a warning.
            ([(1, 2, 100), (200, 2, 100), (3_000, 2, 100)], .breach, .warning, 2),
            ([(1, 1, 100), (3_000, 0, 100)], .fine, .critical, nil),
            // Three of 20 at best are 15 %, burning 15 times too fast.
            ([(1, 3, 3)], .breach, .critical, 100),
            // One of one is 5 % at best, which is too fast only for three days and their last 6 h.
            ([(1, 1, 1)], .breach, .warning, 100),
            ([(1, 0, 3)], .insufficient, nil, nil),
            ([(5_000, 9, 9)], .noData, nil, nil),
        ]

    @Test("A budget burns as the workbook's pairs of windows say", arguments: budgets)
    func burnRates(
        parts: [(Int64, Int, Int)],
        result: Judgement,
        severity: Severity?,
        burn: Double?
    ) throws {
        let found = try Self.check(Self.requests(parts), Self.budget)[0]
        #expect(found.result == result, "\(found)")
        if let severity { #expect(found.severity == severity, "\(found)") }
        if let burn { #expect(abs(try #require(found.score) - burn) < 1e-9, "\(found)") }
    }

    @Test("A share of what went well burns by what it lacks")
    func goodShares() throws {
        var store = MemoryStore()
        store.addCalls(.toolCall, at: Self.noon - 1, succeeded: 80, failed: 20)
        var rule = Self.budget
        rule["metric"] = "\"tool_success_rate\""
        let found = try Self.check(store, rule)[0]
        #expect(found.result == .breach && found.severity == .critical)
        #expect(abs(try #require(found.score) - 20) < 1e-9)
        #expect(found.condition.contains("80 %, burn rate 20 > 14.4"), "\(found.condition)")
    }

    @Test("Every share is of what went wrong or of what went well")
    func shares() {
        let good = MetricCatalog.all.filter { $0.statistic == .ratio && $0.isGoodShare }
        let bad = MetricCatalog.all.filter { $0.statistic == .ratio && !$0.isGoodShare }
        #expect(
            Set(good.map(\.name)) == [
                "tool_success_rate", "task_completion_rate", "cache_hit_ratio",
            ]
        )
        #expect(
            Set(bad.map(\.name)) == [
                "error_rate", "llm_error_rate", "slow_request_rate", "escalation_rate",
            ]
        )
    }
}
