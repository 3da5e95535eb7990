import AgentEvents
import EventStorage
import MetricsEngine
import Testing

struct FollowerMetricTests {
    private static let metrics = ["late_events", "ingest_lag_seconds"]

    private func report(_ state: FollowState?, now: Double) throws -> MetricReport {
        var store = MemorySnapshot()
        store.ledger.lines = 12
        store.ledger.events = 9
        store.ledger.lateEvents = 2
        store.followState = state
        return try store.report(-1_000, now, now: now, metrics: Self.metrics)
    }

    private func heartbeat(at seconds: Double) -> FollowerHeartbeat {
        FollowerHeartbeat(pid: 1, startedAt: .at(-50), lookedAt: .at(seconds))
    }

    @Test("Before the first follower there is no value")
    func neverFollowed() throws {
        let report = try report(nil, now: 10)
        for metric in Self.metrics { #expect(report.value(metric) == .nothing(), "\(metric)") }
    }

    @Test("Late events are counted over the events of the window")
    func lateEvents() throws {
        let state = FollowState(behindSince: nil, heartbeat: nil)
        let report = try report(state, now: 10)
        #expect(report.value("late_events") == .whole(2, n: 9))
        #expect(report.quality.read.lateEvents == 2)
    }

    @Test(
        "The lag is the age of the oldest unread byte, or a dead follower's silence",
        arguments: [
            // behind since, looked at, now, lag
            (nil, nil, 10, 0), (4, nil, 10, 6), (4, 9, 10, 6), (nil, 9, 10, 0),
            (nil, 10, 70, 0), (nil, 10, 70.5, 60.5), (60, 10, 100, 90), (5, 10, 100, 95),
            // Clocks that differ: never below 0.
            (20, 30, 10, 0),
        ] as [(Double?, Double?, Double, Double)]
    )
    func lag(behind: Double?, looked: Double?, now: Double, expected: Double) throws {
        let state = FollowState(
            behindSince: behind.map { .at($0) },
            heartbeat: looked.map { heartbeat(at: $0) }
        )
        #expect(try report(state, now: now).value("ingest_lag_seconds") == .real(expected, n: 1))
    }
}
