import AgentEvents
import MetricsEngine
import Testing

struct AgentEligibilityTests {
    /// `worker` completes and fails, `loud` fails and never completes, `lift` only escalates.
    private static var store: MemorySnapshot {
        var store = MemorySnapshot()
        func end(_ request: String, _ agent: String?, _ outcome: TaskOutcome, at seconds: Double) {
            store.add(.taskEnd, request, at: seconds, agent: agent) {
                $0.outcomeCode = outcome.rawValue
            }
        }
        end("w1", "worker", .completed, at: 10)
        end("w2", "worker", .failed, at: 110)
        end("w3", "worker", .abandoned, at: 120)
        end("l1", "loud", .failed, at: 115)
        end("u1", "lift", .escalated, at: 20)
        end("u2", "lift", .failed, at: 130)
        store.add(.llmCall, "n1", at: 100, subject: "m")
        return store
    }

    @Test("Completion counts agents that ever completed a request, also outside of the window")
    func completion() throws {
        let all = try Self.store.report(0, 1_000)
        #expect(all.value("task_completion_rate") == .real(1.0 / 3, n: 3))
        let late = try Self.store.report(100, 1_000)
        #expect(late.value("task_completion_rate") == .real(0, n: 2))
        #expect(late.value("requests") == .whole(5, n: 5))
    }

    @Test("Escalation counts agents that ever escalated or completed one")
    func escalation() throws {
        #expect(try Self.store.report(0, 1_000).value("escalation_rate") == .real(0.2, n: 5))
        #expect(try Self.store.report(100, 1_000).value("escalation_rate") == .real(0, n: 3))
    }

    @Test("Agents that do not count have no rate")
    func byAgent() throws {
        let report = try Self.store.report(0, 1_000, by: [.agent])
        #expect(report.keys == [[.name("lift")], [.name("loud")], [.name("worker")], [.none]])
        #expect(report.value("task_completion_rate", .name("loud")) == .nothing())
        #expect(report.value("task_completion_rate", .none) == .nothing())
        #expect(report.value("task_completion_rate", .name("lift")) == .nothing())
        #expect(report.value("escalation_rate", .name("lift")) == .real(0.5, n: 2))
        #expect(report.value("escalation_rate", .name("loud")) == .nothing())
    }

    @Test("Filters do not change who counts")
    func filtered() throws {
        let failed = MetricFilter(.outcome, ["failed"])
        let report = try Self.store.report(0, 1_000, filters: [failed])
        #expect(report.value("task_completion_rate") == .real(0, n: 1))
        #expect(report.value("escalation_rate") == .real(0, n: 2))
    }

    @Test("Requests without an agent are those of one agent")
    func noAgent() throws {
        var store = MemorySnapshot()
        store.add(.taskEnd, "a", at: 0) { $0.outcomeCode = TaskOutcome.completed.rawValue }
        store.add(.escalation, "b", at: 1)
        store.add(.llmCall, "b", at: 1, subject: "m")
        let report = try store.report(0, 10_000)
        #expect(report.value("task_completion_rate") == .real(0.5, n: 2))
        #expect(report.value("escalation_rate") == .real(0.5, n: 2))
    }
}
