import AgentEvents
import EventStorage
import MetricsEngine
import Testing

@testable import Alerting

/// The states of alerts from evaluation to evaluation, modelled on what Prometheus tests for `for`,
/// `keep_firing_for`, restart, reload, and rules that change or go.
struct AlertEvaluationTests {
    /// A rule with its results over time, a minute apart.
    private struct Course {
        var rules: RuleSet
        var records: [AlertRecord] = []
        var transitions: [AlertTransition] = []
        var now = Timestamp(micros: 1_795_000_020_000_000)

        init(_ changes: [String: String] = [:]) throws {
            rules = RuleSet([try RuleText.decoded(changes)])
        }

        /// Evaluates with these results of the first rule.
        mutating func step(minutes: Int64 = 1, _ results: [RuleResult]) {
            now = now + minutes * Micros.minute
            let evaluation = AlertEvaluation(
                remembered: records,
                rules: rules,
                results: results,
                now: now
            )
            records = evaluation.records
            transitions += evaluation.transitions
        }

        /// One letter a minute: b breach, f fine, h fine and not recovered, i insufficient,
        /// r insufficient and recovered, n no data, e error; a dot is a minute without evaluation.
        mutating func play(_ letters: String) -> String {
            var states = ""
            for letter in letters {
                guard letter != "." else {
                    now = now + Micros.minute
                    states += "."
                    continue
                }
                step([result(letter)])
                states += records.first.map { String($0.state.rawValue.prefix(1)) } ?? "-"
            }
            return states
        }

        private func result(_ letter: Character) -> RuleResult {
            let rule = rules.rules[0]
            let found: (Judgement, Double?, Int64) =
                switch letter {
                case "b": (.breach, 0.5, 40)
                case "f": (.fine, 0.01, 40)
                case "h": (.fine, 0.04, 40)
                case "i": (.insufficient, 0.2, 3)
                case "r": (.insufficient, 0, 3)
                case "n": (.noData, nil, 0)
                default: (.error, nil, 0)
                }
            return AlertEvaluationTests.result(rule, found.0, value: found.1, n: found.2)
        }
    }

    static func result(
        _ rule: AlertRule,
        _ judgement: Judgement,
        value: Double? = nil,
        n: Int64 = 40,
        group: [GroupLabel] = []
    ) -> RuleResult {
        RuleResult(
            name: rule.name,
            group: group,
            metric: rule.metric.name,
            op: rule.comparison.rawValue,
            threshold: rule.threshold,
            severity: rule.severity,
            value: value.map(MetricNumber.real),
            n: n,
            result: judgement,
            state: .ok
        )
    }

    @Test(
        "States by results, a minute apart",
        arguments: [
            // Without `for` a breach fires at once, and is over at once.
            ([:], "fbbff", "offoo"),
            // `for` counts from the first breach; one fine result begins anew.
            (["for": "\"2m\""], "bbbf", "ppfo"), (["for": "\"2m\""], "bfbbb", "poppf"),
            (["for": "\"2m\""], "bffff", "poooo"),
            // What tells nothing neither moves a state nor counts, but time goes on.
            (["for": "\"2m\""], "biebf", "pppfo"), (["for": "\"2m\""], "bnnbf", "pppfo"),
            // `keep_firing_for` lasts through fine results and begins anew with each breach.
            (["keep_firing_for": "\"2m\""], "bfff", "frro"),
            (["keep_firing_for": "\"2m\""], "bfbfff", "frfrro"),
            // Hysteresis: fine is not enough above `recover`.
            (["recover": "0.02"], "bhhf", "fffo"), (["recover": "0.02"], "hf", "oo"),
            (["recover": "0.02", "keep_firing_for": "\"2m\""], "bfhfff", "frfrro"),
            // Nothing resolves because data stopped or an evaluation failed.
            ([:], "bneif", "ffffo"), ([:], "neib", "ooof"),
            // In a quiet hour few good samples let it resolve, and bad ones do not.
            ([:], "bir", "ffo"), ([:], "ri", "oo"),
            // No data as the rule says.
            (["on_no_data": "\"ok\""], "bn", "fo"), (["on_no_data": "\"alert\""], "fnf", "ofo"),
            (["on_no_data": "\"alert\"", "for": "\"1m\""], "nnf", "pfo"),
            // A gap up to `max_gap` counts, a longer one does not.
            (["for": "\"5m\"", "max_gap": "\"3m\""], "b..b..b", "p..p..f"),
            (["for": "\"5m\"", "max_gap": "\"2m\""], "b..b..b", "p..p..p"),
        ] as [([String: String], String, String)]
    )
    func states(rule: [String: String], results: String, states: String) throws {
        var course = try Course(["threshold": "0.05"].merging(rule) { $1 })
        #expect(course.play(results) == states)
    }

    @Test("A transition says from where, to where, when, why and since when the breach lasts")
    func transitions() throws {
        var course = try Course(["for": "\"1m\"", "keep_firing_for": "\"1m\""])
        let start = course.now
        _ = course.play("bbff")
        let changes = course.transitions.map { [$0.from, $0.to] }
        #expect(
            changes == [
                [.ok, .pending], [.pending, .firing], [.firing, .recovering],
                [.recovering, .ok],
            ]
        )
        #expect(Set(course.transitions.map(\.breachStart)) == [start + Micros.minute])
        #expect(course.transitions.map(\.at) == (1...4).map { start + $0 * Micros.minute })
        #expect(course.transitions[1].value == 0.5)
        #expect(course.transitions[1].reason.contains("50 % > 5 %"))
        #expect(course.records[0].breachStart == nil)
    }

    @Test("A restart changes nothing: all that counts is remembered")
    func restart() throws {
        var course = try Course(["for": "\"3m\""])
        #expect(course.play("bb") == "pp")
        var other = try Course(["for": "\"3m\""])
        (other.records, other.now) = (course.records, course.now)
        #expect(other.play("bb") == "pf")
        #expect(other.transitions[0].breachStart == course.transitions[0].breachStart)
    }

    @Test("A changed threshold keeps the state, a removed, renamed or disabled rule resolves")
    func reload() throws {
        var course = try Course()
        _ = course.play("b")
        course.rules.rules[0].threshold = 0.4
        #expect(course.play("b") == "f")
        var removed = course
        removed.rules.rules = []
        removed.step([])
        #expect(removed.records.isEmpty)
        #expect(removed.transitions.last?.reason == "rule removed")
        #expect(removed.transitions.last?.to == .ok)
        var renamed = course
        renamed.rules.rules[0].name = "new name"
        renamed.step([Self.result(renamed.rules.rules[0], .breach, value: 0.5)])
        #expect(renamed.records.map(\.rule) == ["new name"])
        #expect(renamed.transitions.suffix(2).map(\.reason).contains("rule removed"))
        var disabled = course
        disabled.rules.rules[0].isEnabled = false
        disabled.step([])
        #expect(disabled.transitions.last?.reason == "rule disabled")
    }

    @Test("A rule that cannot be read any more keeps its alerts as they were")
    func broken() throws {
        var course = try Course()
        _ = course.play("b")
        let rule = course.rules.rules[0]
        course.rules = RuleSet(
            [],
            broken: [
                BrokenRule(
                    name: rule.name,
                    metric: "?",
                    op: ">",
                    threshold: 1,
                    severity: .critical,
                    reason: "spoilt"
                )
            ]
        )
        course.step([])
        #expect(course.records.map(\.state) == [.firing])
        #expect(course.records.map(\.result) == [.error])
        #expect(course.transitions.count == 1)
    }

    private static func group(_ value: String?) -> [GroupLabel] { [GroupLabel(.agent, value)] }

    @Test("Each group is an alert of its own; one that is unseen for a day resolves as gone")
    func groups() throws {
        var course = try Course(["group_by": "[\"agent\"]"])
        let rule = course.rules.rules[0]
        let a = Self.result(rule, .breach, value: 0.5, group: Self.group("a"))
        let none = Self.result(rule, .breach, value: 0.5, group: Self.group(nil))
        course.step([a, none])
        #expect(course.records.map(\.state) == [.firing, .firing])
        // The window does not hold the group without a name any more.
        course.step([a])
        #expect(course.records.map(\.result) == [.breach, .noData])
        course.step(minutes: 24 * 60 - 1, [a])
        #expect(course.records.count == 2)
        course.step([a])
        #expect(course.records.map(\.labels) == [[AlertLabel("agent", "a")]])
        #expect(course.transitions.last?.reason == "group gone")
    }

    @Test("A rule that fails as a whole, as with too many groups, keeps the groups there are")
    func wholeError() throws {
        var course = try Course(["group_by": "[\"agent\"]"])
        let rule = course.rules.rules[0]
        course.step([Self.result(rule, .breach, value: 0.5, group: Self.group("a"))])
        course.step([Self.result(rule, .error)])
        #expect(course.records.first { !$0.labels.isEmpty }?.state == .firing)
        #expect(course.records.first { !$0.labels.isEmpty }?.result == .error)
        course.step([Self.result(rule, .fine, value: 0, group: Self.group("a"))])
        #expect(course.records.map(\.state) == [.ok])
        #expect(course.transitions.map(\.to) == [.firing, .ok])
    }

    @Test("A whole rule without data fires where that was asked for, until groups come")
    func wholeNoData() throws {
        var course = try Course(["group_by": "[\"agent\"]", "on_no_data": "\"alert\""])
        let rule = course.rules.rules[0]
        course.step([Self.result(rule, .noData, n: 0)])
        #expect(course.records.map(\.state) == [.firing])
        course.step([Self.result(rule, .fine, value: 0, group: Self.group("a"))])
        #expect(course.records.map(\.state) == [.ok])
        #expect(course.transitions.last?.reason == "there is data again")
    }

    @Test("Other dimensions end the alerts of the old ones")
    func regrouped() throws {
        var course = try Course(["group_by": "[\"agent\"]"])
        course.step([
            Self.result(course.rules.rules[0], .breach, value: 0.5, group: Self.group("a"))
        ])
        course.rules.rules[0].groupBy = [.user]
        let rule = course.rules.rules[0]
        course.step([
            Self.result(rule, .fine, value: 0, group: [GroupLabel(.user, "u")])
        ])
        #expect(course.transitions.last?.reason == "rule changed")
    }

    @Test("A clock that runs backwards counts nothing, and loses nothing")
    func backwards() throws {
        var course = try Course(["for": "\"2m\""])
        #expect(course.play("bb") == "pp")
        course.step(minutes: -30, [Self.result(course.rules.rules[0], .breach, value: 0.5)])
        #expect(course.records.map(\.state) == [.pending])
        #expect(course.play("b") == "f")
    }
}
