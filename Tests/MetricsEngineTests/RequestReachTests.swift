import AgentEvents
import EventStorage
import MetricsEngine
import Rollups
import Testing

/// A query reads only requests that can be seen in its window; it must see what a look at all sees.
struct RequestReachTests {
    /// Requests of some agents that end their tasks, some that do not, over four hours.
    private func store(_ numbers: inout SeededNumbers) -> MemorySnapshot {
        var store = MemorySnapshot()
        // Either timeout may be the longer one.
        let timeouts = [Micros.minute, 45 * Micros.minute]
        let longer = Int(numbers.next() % 2)
        store.settings.idleTimeout = timeouts[longer]
        store.settings.unfinishedAfter = timeouts[1 - longer]
        for index in 0..<300 {
            let agent = Int(numbers.next() % 4)
            let kind: EventKind = [.llmCall, .toolCall, .taskEnd, .escalation, .retry][
                Int(numbers.next() % (agent < 2 ? 5 : 2))
            ]
            store.add(
                kind,
                "r\(agent)-\(numbers.next() % 30)",
                at: Double(index) * 48 + Double(numbers.next() % 900),
                agent: "a\(agent)",
                subject: "s"
            ) {
                if kind == .taskEnd {
                    let outcome: TaskOutcome = numbers.next() % 3 > 0 ? .completed : .escalated
                    $0.outcomeCode = outcome.rawValue
                }
                if kind == .toolCall { $0.argumentsHash = 7 }
            }
        }
        return store
    }

    private func query(_ numbers: inout SeededNumbers) -> MetricQuery {
        let since = Double(numbers.next() % 18_000)
        let until = since + Double(numbers.next() % 6_000)
        // Mostly the window ends at now, else before it, or after it.
        let now = until + [0, 0, 0, 600, 7_000, -1_000][Int(numbers.next() % 6)]
        var query = MetricQuery(
            window: TimeWindow(since: .at(since), until: .at(until)),
            now: .at(now),
            by: [[], [.agent], [.hour]][Int(numbers.next() % 3)]
        )
        query.precision = .exact
        query.coversOpenRequests = numbers.next() % 2 == 0
        query.countsQuality = numbers.next() % 2 == 0
        let names = [
            nil, ["open_requests"], ["looping_requests"], ["escalation_rate", "requests"],
        ]
        query.metrics = names[Int(numbers.next() % 4)].map {
            $0.compactMap(MetricCatalog.metric(named:))
        }
        return query
    }

    private func values(_ report: MetricReport) -> [[MetricValue]] {
        report.groups.map { $0.values.map(\.value) }
    }

    @Test(
        "What lies outside the reach of a query changes nothing in its answer",
        arguments: 1...10 as ClosedRange<UInt64>
    )
    func answers(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let limited = store(&numbers)
        for number in 0..<20 {
            let query = query(&numbers)
            var whole = limited
            whole.firstLook = FirstLook()
            let expected = try MetricsEngine.report(query, from: whole)
            let report = try MetricsEngine.report(query, from: limited)
            let comment: Comment = "query \(number) of seed \(seed): \(query)"
            #expect(report.keys == expected.keys, comment)
            #expect(values(report) == values(expected), comment)
            #expect(report.quality == expected.quality, comment)
        }
    }
}

extension RequestReachTests {
    private func window(_ since: Double, _ until: Double) -> TimeWindow {
        TimeWindow(since: .at(since), until: .at(until))
    }

    @Test(
        "Of the time between two windows only requests without an outcome are looked at, and nothing twice"
    )
    func gaps() {
        var settings = RequestSettings()
        (settings.idleTimeout, settings.unfinishedAfter) = (Micros.minute, 10 * Micros.minute)
        let reaches = RequestReach.closing(
            in: [window(2_000, 2_100), window(2_400, 2_500)],
            openSince: .at(2_500),
            outcomesUntil: .at(2_450),
            settings
        )
        let parts: [(Double, Double, Bool)] = [
            (1_400, 2_000, true), (2_000, 2_100, false), (2_100, 2_400, true),
            (2_400, 2_450, false),
        ]
        var expected = parts.map {
            RequestReach(ended: window($0.0, $0.1), isUndecided: $0.2)
        }
        let open = TimeWindow(since: .at(2_450), until: .distantFuture)
        expected.append(RequestReach(ended: open, isUndecided: true))
        #expect(reaches == expected)
    }
}
