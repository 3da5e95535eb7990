import AgentEvents
import EventStorage
import MetricsEngine
import Testing

@testable import Alerting

/// The rules that say whether the others can be trusted.
struct BuiltInRuleTests {
    private static let now = Timestamp(micros: 1_795_176_000_000_000)

    private static func check(
        _ store: MemoryStore,
        _ changes: [[String: String]] = [[:]],
        broken: [BrokenRule] = []
    ) throws -> CheckReport {
        let file = "{\"rules\": [\(changes.map(RuleText.rule).joined(separator: ", "))]}"
        return try StatelessCheck.evaluate(
            rules: try AlertsFile.decode(file).judgedRules,
            broken: broken,
            now: now,
            zone: { _ in nil },
            snapshot: store
        )
    }

    /// Requests that failed and were closed so many hours ago, and calls then.
    private static func store(hoursAgo: [Int64]) -> MemoryStore {
        var store = MemoryStore()
        for hours in hoursAgo {
            let moment = now - hours * Micros.hour - 5 * Micros.minute
            for _ in 0..<20 { store.addRequest(closed: moment, outcome: .failed) }
            store.addCalls(.llmCall, at: moment, succeeded: 1)
        }
        return store
    }

    /// How long ago the follower looked, its poll in seconds, and what becomes of the rule.
    static let heartbeats: [(age: Int64, poll: Int64?, result: Judgement)] = [
        (60, nil, .fine), (61, nil, .breach), (61, 20, .breach), (61, 21, .fine), (90, 30, .fine),
        (91, 30, .breach), (-5, 1, .fine),
    ]

    @Test(
        "Reading has stalled after 60 s or three polls, whichever is longer",
        arguments: heartbeats
    )
    func stalled(age: Int64, poll: Int64?, result: Judgement) throws {
        var store = Self.store(hoursAgo: [0])
        store.follower = FollowState(
            behindSince: nil,
            heartbeat: FollowerHeartbeat(
                pid: 42,
                startedAt: Self.now - Micros.day,
                lookedAt: Self.now - age * Micros.second,
                poll: poll.map { $0 * Micros.second }
            )
        )
        let report = try Self.check(store)
        let found = report.results[0]
        #expect(found.name == "ingest_stalled" && found.result == result)
        #expect(found.severity == .critical)
        // While it fires, nothing else is known, counts included.
        #expect(report.results.last?.result == (result == .breach ? .noData : .breach))
        #expect(report.exitCode == (result == .breach ? 2 : 1))
        if result == .breach {
            #expect(report.results.last?.reason == "ingest_stalled fires")
            #expect(found.reason == "the follower (process 42) last looked \(age) s ago")
        }
    }

    @Test("A follower that stopped in good order, or never was, is not missed")
    func notFollowed() throws {
        var store = Self.store(hoursAgo: [0])
        #expect(try Self.check(store).results[0].result == .noData)
        store.follower = FollowState(behindSince: Self.now - Micros.day, heartbeat: nil)
        #expect(try Self.check(store).results[0].result == .noData)
    }

    static let hours: [(hours: [Int64], result: Judgement)] = [
        ([0, 24, 168], .fine), ([24, 168], .breach), ([1, 24, 168], .breach), ([24], .fine),
        ([168], .fine), ([25, 168], .fine), ([24, 167], .fine), ([], .noData),
    ]

    @Test(
        "Data are stale where the same hour had some yesterday and a week ago",
        arguments: hours
    )
    func stale(hours: [Int64], result: Judgement) throws {
        let found = try Self.check(Self.store(hoursAgo: hours)).results[1]
        #expect(found.name == "data_stale" && found.result == result, "\(found)")
    }

    @Test("A stale store's counts have no data")
    func silenced() throws {
        let count = ["metric": "\"requests\"", "op": "\"<\"", "threshold": "1", "window": "\"7d\""]
        let report = try Self.check(Self.store(hoursAgo: [24, 168]), [count])
        #expect(report.results.last?.result == .noData)
        #expect(report.exitCode == 2)
    }

    @Test("A built-in rule that a file disables says nothing and silences nobody")
    func disabled() throws {
        let off = [
            "name": "\"data_stale\"", "enabled": "false", "metric": "", "op": "", "threshold": "",
        ]
        let report = try Self.check(Self.store(hoursAgo: [24, 168]), [off, ["window": "\"2d\""]])
        #expect(report.results.map(\.name) == ["ingest_stalled", "rule_failing", "a"])
        #expect(report.results[2].result == .breach)
    }

    @Test("A rule that cannot be evaluated makes another fire, which leaves the exit alone")
    func failing() throws {
        let broken = BrokenRule(
            name: "old",
            metric: "gone",
            op: ">",
            threshold: 1,
            severity: .info,
            reason: "unknown metric"
        )
        let report = try Self.check(Self.store(hoursAgo: [0]), broken: [broken])
        let found = report.results[2]
        #expect(found.name == "rule_failing" && found.state == .firing)
        #expect(found.reason == "old" && found.value == .integer(1))
        #expect(report.exitCode == 3)
        #expect(try Self.check(Self.store(hoursAgo: [0])).results[2].result == .fine)
    }
}
