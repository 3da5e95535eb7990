import AgentEvents
import Alerting
import EventStorage
import MetricsEngine
import Testing

struct StatelessCheckTests {
    /// A whole minute; with the usual delay windows end one minute before.
    private static let now = Timestamp(micros: 1_795_000_020_000_000)
    private static let until = now - Micros.minute

    private static func check(
        _ store: MemoryStore,
        _ rules: [[String: String]],
        broken: [BrokenRule] = []
    ) throws -> CheckReport {
        try StatelessCheck.evaluate(
            rules: try rules.map(RuleText.decoded),
            broken: broken,
            now: now,
            zone: { _ in nil },
            snapshot: store
        )
    }

    private static func store(
        failed: Int,
        of count: Int,
        closed: Timestamp = until - 1,
        agent: String? = nil
    ) -> MemoryStore {
        var store = MemoryStore()
        for index in 0..<count {
            store.addRequest(
                closed: closed,
                outcome: index < failed ? .failed : .completed,
                agent: agent
            )
        }
        return store
    }

    @Test("A store that cannot be read is an error of each rule and never fine")
    func unreadable() throws {
        var store = Self.store(failed: 0, of: 30)
        store.failure = StoreError(.io, operation: "reading", cause: "disk", hint: "replace it")
        let report = try Self.check(store, [[:], ["name": "\"b\"", "metric": "\"llm_calls\""]])
        #expect(report.results.map(\.result) == [.error, .error])
        #expect(report.results[0].reason == "reading: disk; replace it")
        #expect(report.exitCode == 3)
    }

    @Test("A rule that cannot be read is an error beside the others")
    func brokenRule() throws {
        let broken = BrokenRule(
            name: "old",
            metric: "gone",
            op: ">",
            threshold: 1,
            severity: .info,
            reason: "unknown metric"
        )
        let report = try Self.check(Self.store(failed: 0, of: 30), [[:]], broken: [broken])
        #expect(report.results.map(\.result) == [.fine, .error])
        #expect(report.exitCode == 3)
        #expect(report.statusLine.hasPrefix("AGENTWATCH UNKNOWN - rule old: unknown metric; "))
    }

    @Test("A zone that is not known is an error of its rules")
    func unknownZone() throws {
        let file = "{\"timezone\": \"Mars/Base\", \"rules\": [\(RuleText.rule())]}"
        let report = try StatelessCheck.evaluate(
            rules: try AlertsFile.decode(file).rules,
            now: Self.now,
            zone: { _ in nil },
            snapshot: Self.store(failed: 0, of: 30)
        )
        #expect(report.results.map(\.result) == [.error])
        #expect(report.results[0].reason == "the time zone \"Mars/Base\" is not known")
    }

    @Test("An empty store has no data, and a quiet window of a full one neither")
    func noData() throws {
        let rules = [[:], ["name": "\"b\"", "metric": "\"requests\"", "threshold": "3"]]
        let empty = try Self.check(MemoryStore(), rules)
        #expect(empty.results.map(\.result) == [.noData, .noData])
        #expect(empty.exitCode == 3 && empty.newestEvent == nil)
        let quiet = try Self.check(
            Self.store(failed: 9, of: 9, closed: Self.until - Micros.hour),
            rules
        )
        #expect(quiet.results.map(\.result) == [.noData, .noData])
        #expect(quiet.exitCode == 3 && quiet.newestEvent == Self.until - Micros.hour)
    }

    @Test("No data of a rule differs from too few samples and from a total of 0")
    func noDataToldApart() throws {
        var store = Self.store(failed: 0, of: 3)
        store.addCalls(.llmCall, at: Self.until - 1, succeeded: 2)
        let report = try Self.check(
            store,
            [
                ["name": "\"few\""],
                ["name": "\"unknown\"", "metric": "\"request_latency_ms_p95\""],
                ["name": "\"tools\"", "metric": "\"tool_success_rate\"", "op": "\"<\""],
                ["name": "\"limited\"", "metric": "\"rate_limited\""],
                ["name": "\"cost\"", "metric": "\"cost_usd_total\""],
                ["name": "\"open\"", "metric": "\"open_requests\""],
            ]
        )
        #expect(
            report.results.map(\.result) == [
                .insufficient, .insufficient, .noData, .fine, .fine, .fine,
            ]
        )
        #expect(report.exitCode == 0)
        #expect(
            report.statusLine.contains("3 of 6 rules fine, no data: tools; too few samples: few")
        )
    }

    @Test("A rule may ask to be told that there is no data")
    func alertOnNoData() throws {
        let report = try Self.check(
            MemoryStore(),
            [["on_no_data": "\"alert\"", "severity": "\"critical\""]]
        )
        #expect(report.results[0].result == .noData && report.results[0].state == .firing)
        #expect(report.exitCode == 2)
        for action in ["\"ok\"", "\"keep\""] {
            let quiet = try Self.check(MemoryStore(), [["on_no_data": action]])
            #expect(quiet.results[0].state == .ok && quiet.exitCode == 3)
        }
    }

    @Test(
        "A window holds its first moment and not its last",
        arguments: [
            (Int64(0), Judgement.noData), (-1, .breach), (-15 * Micros.minute, .breach),
            (-15 * Micros.minute - 1, .noData),
        ]
    )
    func halfOpen(offset: Int64, result: Judgement) throws {
        let store = Self.store(failed: 20, of: 20, closed: Self.until + offset)
        #expect(try Self.check(store, [[:]]).results.map(\.result) == [result])
    }

    @Test("Ten failures of ten fire, one of three does not")
    func padding() throws {
        let ten = try Self.check(Self.store(failed: 10, of: 10), [[:]])
        #expect(ten.results[0].result == .breach && ten.results[0].n == 10)
        #expect(ten.exitCode == 1)
        let three = try Self.check(Self.store(failed: 1, of: 3), [[:]])
        #expect(three.results[0].result == .insufficient && three.exitCode == 0)
    }

    /// With 20 samples the 95 % quantile lies 0.05 above the rank 18 of 0...19.
    static let latencies: [(millis: [Int64], result: Judgement)] = [
        ([], .insufficient), ([60_000], .insufficient), ([200_000], .insufficient),
        ([201_000], .breach), ([10_000, 10_000], .insufficient), ([10_001, 10_001], .breach),
        ([10_000, 10_001], .breach), ([5_000, 100_000], .insufficient),
        ([6_000, 100_000], .breach),
    ]

    @Test("A quantile of few samples is that with the missing ones as 0", arguments: latencies)
    func quantilePadding(millis: [Int64], result: Judgement) throws {
        var store = MemoryStore()
        store.addRequest(closed: Self.until - 1, latencyMillis: nil)
        for latency in millis { store.addRequest(closed: Self.until - 1, latencyMillis: latency) }
        let rule = ["metric": "\"request_latency_ms_p95\"", "threshold": "10000"]
        let found = try Self.check(store, [rule]).results[0]
        // The unknown latency spans begin to end: one microsecond, the lowest rank.
        #expect(found.result == result, "\(found)")
    }

    @Test("Each group is judged alone")
    func groups() throws {
        var store = Self.store(failed: 20, of: 20, agent: "bad")
        for _ in 0..<20 { store.addRequest(closed: Self.until - 1, agent: "good") }
        store.addRequest(closed: Self.until - 1, outcome: .failed, agent: nil)
        store.addCalls(.llmCall, at: Self.until - 1, succeeded: 1)
        let report = try Self.check(
            store,
            [
                [
                    "group_by": "[\"agent\"]",
                    "annotations": "{\"summary\": \"{labels.agent}: {value} > {threshold}\"}",
                ]
            ]
        )
        let groups = report.results.map { "\($0.group.map(\.value)) \($0.result)" }
        #expect(
            groups == [
                "[Optional(\"bad\")] breach", "[Optional(\"good\")] fine", "[nil] insufficient",
            ]
        )
        #expect(report.results[0].summary == "bad: 100 % > 5 %")
        #expect(report.results[1].summary == nil)
        #expect(report.results[0].condition == "error_rate{agent=bad} 100 % > 5 % (n 20)")
    }

    @Test("Filters keep their units, and a value that was never seen leaves none")
    func filters() throws {
        var store = Self.store(failed: 20, of: 20, agent: "bad")
        for _ in 0..<20 { store.addRequest(closed: Self.until - 1, agent: "good") }
        let report = try Self.check(
            store,
            [
                ["name": "\"a\"", "where": "{\"agent\": \"good\"}"],
                ["name": "\"b\"", "where": "{\"agent\": [\"good\", \"bad\"]}"],
                ["name": "\"c\"", "where": "{\"agent\": \"nobody\"}"],
            ]
        )
        #expect(report.results.map(\.result) == [.fine, .breach, .noData])
        #expect(report.results.map(\.n) == [20, 40, 0])
    }

    @Test("More than 1,000 groups are an error, and the first 1,000 are judged")
    func manyGroups() throws {
        var store = MemoryStore()
        for index in 0..<1_001 {
            store.addRequest(closed: Self.until - 1, outcome: .failed, agent: "agent \(index)")
        }
        let rule = ["group_by": "[\"agent\"]", "min_samples": "1"]
        let report = try Self.check(store, [rule])
        #expect(report.results.count { $0.result == .breach } == 1_000)
        #expect(report.results.last?.result == .error)
        #expect(report.results.last?.reason == "1001 groups; only the first 1000 are judged")
        #expect(report.status == .unknown)
    }

    @Test("What can only grow sees requests that still run, though the window ends before now")
    func runningLoop() throws {
        var store = MemoryStore()
        store.addRunningLoop(calls: 7, at: Self.until - Micros.second)
        let report = try Self.check(
            store,
            [
                ["metric": "\"looping_requests\"", "threshold": "0"],
                ["name": "\"b\"", "metric": "\"repeated_tool_calls_max\"", "threshold": "6"],
                ["name": "\"c\""],
            ]
        )
        #expect(report.results.map(\.result) == [.breach, .breach, .noData])
        #expect(report.results[1].value == .integer(7))
    }

    @Test("What only a follower knows can be judged, and is no data without one")
    func followerMetrics() throws {
        var store = Self.store(failed: 0, of: 3)
        let rules = [
            ["metric": "\"ingest_lag_seconds\"", "threshold": "120"],
            ["name": "\"b\"", "metric": "\"late_events\"", "threshold": "10"],
        ]
        #expect(try Self.check(store, rules).results.map(\.result) == [.noData, .noData])
        for (age, result) in [(Int64(121), Judgement.breach), (120, .fine)] {
            let since = Self.now - age * Micros.second
            store.follower = FollowState(behindSince: since, heartbeat: nil)
            #expect(try Self.check(store, rules).results.map(\.result) == [result, .noData])
        }
        store.read.lines = 50
        store.read.events = 40
        store.read.lateEvents = 11
        #expect(try Self.check(store, rules).results.map(\.result) == [.fine, .breach])
    }

    @Test("A disabled rule is not judged, and without any other nothing is known")
    func disabled() throws {
        let report = try Self.check(Self.store(failed: 9, of: 9), [["enabled": "false"]])
        #expect(report.results.isEmpty && report.exitCode == 3)
        #expect(report.statusLine.hasPrefix("AGENTWATCH UNKNOWN - no rule is enabled; "))
    }

    @Test("A slow request is what each rule says it is")
    func slowRequests() throws {
        var store = MemoryStore()
        for _ in 0..<20 { store.addRequest(closed: Self.until - 1, latencyMillis: 500) }
        let rule = ["metric": "\"slow_request_rate\"", "threshold": "0.5"]
        let report = try Self.check(
            store,
            [
                rule.merging(["slow_ms": "400"]) { $1 },
                rule.merging(["slow_ms": "500", "name": "\"b\""]) { $1 },
            ]
        )
        #expect(report.results.map(\.result) == [.breach, .fine])
    }
}
