import AgentEvents
import EventStorage
import MetricsEngine
import Testing

@testable import Alerting

/// Who is told of what and when: the truth table of notifications.
struct NotificationPlanTests {
    /// A store and its receivers over time, a minute a cycle.
    private struct World {
        var rules: RuleSet
        var memory = AlertMemory()
        var receivers = [ReceiverConfiguration(name: "ops", type: .log)]
        var now = Timestamp(micros: 1_795_000_020_000_000)

        init(_ rules: [[String: String]]) throws {
            self.rules = RuleSet(try rules.map(RuleText.decoded))
        }

        /// Evaluates, and gives what the receivers are told as `ops: rule{a} firing`.
        mutating func cycle(_ results: [RuleResult], minutes: Int64 = 1) -> [String] {
            now = now + minutes * Micros.minute
            return plan(results).messages.flatMap { message in
                message.alerts.map { alert in
                    let labels = alert.labels.values.sorted().joined(separator: ",")
                    let group = labels.isEmpty ? "" : "{\(labels)}"
                    return "\(message.receiver): \(alert.rule)\(group) \(alert.state.rawValue)"
                }
            }
        }

        mutating func plan(_ results: [RuleResult]) -> NotificationPlan {
            let evaluation = AlertEvaluation(
                remembered: memory.records,
                rules: rules,
                results: results,
                now: now
            )
            let plan = NotificationPlan(
                evaluation,
                memory: memory,
                rules: rules,
                receivers: receivers,
                now: now
            )
            memory.records = evaluation.records
            memory.notices = plan.notices
            return plan
        }

        func result(_ judgement: Judgement, rule: Int = 0, agent: String? = nil) -> RuleResult {
            AlertEvaluationTests.result(
                rules.rules[rule],
                judgement,
                value: judgement == .breach ? 0.5 : 0,
                group: agent.map { [GroupLabel(.agent, $0)] } ?? []
            )
        }

        mutating func silence(_ name: String, _ value: String, minutes: Int64) {
            memory.silences = [
                Silence(
                    id: 1,
                    matchers: [Silence.Matcher(name, value)],
                    startsAt: now,
                    endsAt: now + minutes * Micros.minute,
                    author: "test",
                    comment: "work on it"
                )
            ]
        }
    }

    @Test("New, still firing, and over: once each")
    func once() throws {
        var world = try World([[:]])
        #expect(world.cycle([world.result(.fine)]) == [])
        #expect(world.cycle([world.result(.breach)]) == ["ops: a firing"])
        #expect(world.cycle([world.result(.breach)]) == [])
        #expect(world.cycle([world.result(.error)]) == [])
        #expect(world.cycle([world.result(.fine)]) == ["ops: a resolved"])
        #expect(world.cycle([world.result(.fine)]) == [])
        #expect(world.memory.notices.isEmpty)
        #expect(world.cycle([world.result(.breach)]) == ["ops: a firing"])
    }

    @Test("Pending is not told, and recovering is still firing")
    func between() throws {
        var world = try World([["for": "\"1m\"", "keep_firing_for": "\"1m\""]])
        #expect(world.cycle([world.result(.breach)]) == [])
        #expect(world.cycle([world.result(.fine)]) == [])
        #expect(world.cycle([world.result(.breach)]) == [])
        #expect(world.cycle([world.result(.breach)]) == ["ops: a firing"])
        #expect(world.cycle([world.result(.fine)]) == [])
        #expect(world.cycle([world.result(.breach)]) == [])
        #expect(world.cycle([world.result(.fine)]) == [])
        #expect(world.cycle([world.result(.fine)]) == ["ops: a resolved"])
    }

    @Test("A group that joins is told alone; the alerts of one cycle are one message")
    func groups() throws {
        var world = try World([["group_by": "[\"agent\"]"]])
        let (x, y) = (world.result(.breach, agent: "x"), world.result(.breach, agent: "y"))
        #expect(world.cycle([x]) == ["ops: a{x} firing"])
        #expect(world.cycle([x, y]) == ["ops: a{y} firing"])
        let fine = ["x", "y"].map { world.result(.fine, agent: $0) }
        world.now = world.now + Micros.minute
        let plan = world.plan(fine)
        #expect(plan.messages.count == 1)
        #expect(plan.messages[0].alerts.map(\.state) == [.resolved, .resolved])
    }

    @Test(
        "A repeat comes when it is due, as the receiver or else the rule says, under the same key"
    )
    func repeats() throws {
        var world = try World([["repeat_every": "\"2h\""]])
        world.receivers.append(
            ReceiverConfiguration(name: "often", type: .log, repeatEverySeconds: 600)
        )
        let breach = world.result(.breach)
        world.now = world.now + Micros.minute
        let first = world.plan([breach])
        #expect(first.messages.map(\.receiver) == ["ops", "often"])
        #expect(world.cycle([breach], minutes: 9) == [])
        #expect(world.cycle([breach], minutes: 1) == ["often: a firing"])
        #expect(world.cycle([breach], minutes: 109) == ["often: a firing"])
        world.now = world.now + Micros.minute
        let later = world.plan([breach])
        #expect(later.messages.map(\.receiver) == ["ops"])
        #expect(later.messages[0].alerts[0].dedupKey == first.messages[0].alerts[0].dedupKey)
        #expect(later.messages[0].alerts[0].startsAt == first.messages[0].alerts[0].startsAt)
    }

    @Test("Another breach has another key")
    func keys() throws {
        var world = try World([[:]])
        var keys: [String] = []
        for judgement in [Judgement.breach, .fine, .breach, .fine] {
            world.now = world.now + Micros.minute
            keys += world.plan([world.result(judgement)]).messages.flatMap(\.alerts)
                .map(\.dedupKey)
        }
        #expect(keys[0] == keys[1] && keys[2] == keys[3] && keys[0] != keys[2])
    }

    @Test("What is silenced is not told; where the silence ends while it fires, it is")
    func silences() throws {
        var world = try World([[:]])
        world.silence("rule", "a", minutes: 3)
        #expect(world.cycle([world.result(.breach)]) == [])
        #expect(world.cycle([world.result(.breach)]) == [])
        #expect(world.cycle([world.result(.breach)]) == ["ops: a firing"])
        world.silence("rule", "a", minutes: 300)
        #expect(world.cycle([world.result(.breach)], minutes: 250) == [])
        // Whoever was told that it fires is told that it is over.
        #expect(world.cycle([world.result(.fine)]) == ["ops: a resolved"])
        #expect(world.cycle([world.result(.breach)]) == [])
        #expect(world.cycle([world.result(.fine)]) == [])
    }

    @Test("A silence covers the labels that it names, and no alert without them")
    func matchers() throws {
        var world = try World([["group_by": "[\"agent\"]"]])
        world.silence("agent", "x", minutes: 60)
        let results = ["x", "y"].map { world.result(.breach, agent: $0) }
        #expect(world.cycle(results) == ["ops: a{y} firing"])
        var whole = try World([[:]])
        whole.silence("agent", "x", minutes: 60)
        #expect(whole.cycle([whole.result(.breach)]) == ["ops: a firing"])
        var severe = try World([["severity": "\"critical\""]])
        severe.silence("severity", "warning", minutes: 60)
        #expect(severe.cycle([severe.result(.breach)]) == ["ops: a firing"])
    }

    @Test("A firing critical inhibits warnings of the same metric and group, and no others")
    func inhibition() throws {
        var world = try World([
            ["name": "\"worse\"", "severity": "\"critical\""], [:],
            ["name": "\"other\"", "metric": "\"llm_error_rate\""],
        ])
        let all = (0..<3).map { world.result(.breach, rule: $0) }
        #expect(world.cycle(all) == ["ops: worse firing", "ops: other firing"])
        let better = [world.result(.fine)] + all.dropFirst()
        #expect(world.cycle(better) == ["ops: a firing", "ops: worse resolved"])
        #expect(world.cycle(all) == ["ops: worse firing"])
        // The warning was told before, so its end is told as well.
        let fine = [all[0], world.result(.fine, rule: 1), all[2]]
        #expect(world.cycle(fine) == ["ops: a resolved"])
    }

    @Test("What becomes worse is told at once")
    func worse() throws {
        var world = try World([[:]])
        #expect(world.cycle([world.result(.breach)]) == ["ops: a firing"])
        var critical = world.result(.breach)
        critical.severity = .critical
        #expect(world.cycle([critical]) == ["ops: a firing"])
        #expect(world.cycle([world.result(.breach)]) == [])
    }

    @Test("A rule tells the receivers that it names, nobody where the list is empty")
    func named() throws {
        var world = try World([[:], ["name": "\"b\""]])
        world.receivers.append(ReceiverConfiguration(name: "two", type: .log))
        world.rules.rules[0].receivers = ["two"]
        world.rules.rules[1].receivers = []
        let all = (0..<2).map { world.result(.breach, rule: $0) }
        #expect(world.cycle(all) == ["two: a firing"])
        // Another receiver from now on: the old one is told that it is over.
        world.rules.rules[0].receivers = ["ops"]
        #expect(world.cycle(all) == ["ops: a firing", "two: a resolved"])
    }

    @Test("A removed rule resolves, one that is spoilt says nothing until it can be read")
    func removed() throws {
        var world = try World([[:]])
        let breach = world.result(.breach)
        _ = world.cycle([breach])
        var spoilt = world
        spoilt.rules = RuleSet(
            [],
            broken: [
                BrokenRule(
                    name: "a",
                    metric: "?",
                    op: ">",
                    threshold: 0,
                    severity: .critical,
                    reason: "spoilt"
                )
            ]
        )
        #expect(spoilt.cycle([]) == [])
        spoilt.rules = world.rules
        #expect(spoilt.cycle([breach]) == [])
        world.rules.rules = []
        #expect(world.cycle([]) == ["ops: a resolved"])
    }

    @Test("An alert says its value with the unit, its samples, its texts and why")
    func texts() throws {
        var world = try World([
            [
                "annotations": """
                {"description": "{value} of {labels.agent}", "runbook_url": "https://example.com/r"}
                """, "group_by": "[\"agent\"]",
            ]
        ])
        var result = world.result(.breach, agent: "x")
        result.summary = "Too many fail"
        world.now = world.now + Micros.minute
        let alert = try #require(world.plan([result]).messages.first?.alerts.first)
        #expect(alert.value == "50 %" && alert.samples == 40)
        #expect(alert.annotations["summary"] == "Too many fail")
        #expect(alert.annotations["description"] == "50 % of x")
        #expect(alert.annotations["runbook_url"] == "https://example.com/r")
        #expect(alert.labels == ["agent": "x"] && alert.reason.contains("50 % > 5 %"))
    }
}
