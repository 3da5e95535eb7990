import AgentEvents
import EventStorage
import MetricsEngine
import Testing

@testable import Alerting

struct CheckReportTests {
    private static let now = Timestamp(micros: 1_795_000_000_000_000)

    private static func result(
        _ name: String,
        _ severity: Severity,
        _ result: Judgement,
        metric: String = "error_rate",
        value: Double? = 0.124,
        op: String = ">",
        threshold: Double = 0.05,
        agent: String? = nil
    ) -> RuleResult {
        RuleResult(
            name: name,
            group: agent.map { [GroupLabel(.agent, $0)] } ?? [],
            metric: metric,
            op: op,
            threshold: threshold,
            severity: severity,
            value: value.map { .real($0) },
            n: 310,
            result: result,
            state: result == .breach ? .firing : .ok,
            reason: result == .error ? "broken" : nil
        )
    }

    private static func report(_ results: [RuleResult], age: Int64? = 12) -> CheckReport {
        CheckReport(
            now: now,
            newestEvent: age.map { now - $0 * Micros.second },
            results: results
        )
    }

    static let exits: [(results: [(Severity, Judgement)], exit: Int32)] = [
        ([], 3),
        ([(.critical, .error)], 3),
        ([(.info, .error), (.warning, .fine)], 3),
        ([(.critical, .noData), (.info, .noData)], 3),
        ([(.warning, .breach), (.info, .error)], 3),
        ([(.critical, .breach), (.info, .error)], 2),
        ([(.critical, .breach), (.warning, .breach)], 2),
        ([(.warning, .breach), (.critical, .noData)], 1),
        ([(.info, .breach)], 0),
        ([(.critical, .noData), (.critical, .fine)], 0),
        ([(.critical, .noData), (.critical, .insufficient)], 0),
        ([(.critical, .insufficient)], 0),
        ([(.critical, .fine)], 0),
    ]

    @Test("The exit code is that of the worst that is known", arguments: exits)
    func exitCodes(results: [(Severity, Judgement)], exit: Int32) {
        let report = Self.report(results.map { Self.result("a", $0, $1) })
        #expect(report.exitCode == exit)
    }

    @Test("The first line names what fires, how much else, the age, and has performance data")
    func criticalLine() {
        let report = Self.report([
            Self.result(
                "slow",
                .warning,
                .breach,
                metric: "request_latency_ms_p95",
                value: 12_345.678,
                threshold: 10_000
            ),
            Self.result("high_error_rate", .critical, .breach),
            Self.result(
                "few",
                .warning,
                .insufficient,
                metric: "tool_success_rate",
                value: 1,
                op: "<",
                threshold: 0.95
            ),
            Self.result("cost", .info, .breach, metric: "cost_usd_total", value: 0.000_000_1),
            Self.result("none", .critical, .noData, value: nil),
        ])
        #expect(
            report.statusLine == """
                AGENTWATCH CRITICAL - error_rate 12.4 % > 5 % (n 310) [+1 warning, +1 info]; \
                too few samples: few; newest event 12 s ago; \
                stateless: for is ignored, keep is ok | slow=12345.678ms;10000;;0 \
                high_error_rate=0.124;;0.05;0;1 few=1;0.95:;;0;1 cost=0.0000001;;;0 \
                none=U;;0.05;0;1
                """
        )
    }

    @Test("Without anything wrong the line says how many rules are fine")
    func okLine() {
        let fine = Self.report([Self.result("a", .critical, .fine, value: 0.01)])
        #expect(
            fine.statusLine == """
                AGENTWATCH OK - 1 of 1 rule fine; newest event 12 s ago; \
                stateless: for is ignored, keep is ok | a=0.01;;0.05;0;1
                """
        )
        let empty = Self.report([Self.result("a", .critical, .noData, value: nil)], age: nil)
        #expect(
            empty.statusLine.hasPrefix(
                "AGENTWATCH UNKNOWN - no data for 1 rule; no events; stateless"
            )
        )
    }

    @Test("Names from logs cannot break the line, its data or the terminal")
    func hostileNames() {
        let agent = "a|b=c'd\ne\u{1B}[31m\u{2028}\u{202E} f"
        let line = Self.report([Self.result("x|y", .critical, .breach, agent: agent)]).statusLine
        #expect(line.count { $0 == "|" } == 1)
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F })
        #expect(
            line.hasSuffix(
                #"| 'x\u{7c}y/a\u{7c}b\u{3d}c\u{27}d\ne\u{1b}[31m\u{2028}\u{202e} f'"#
                    + "=0.124;;0.05;0;1"
            )
        )
        let long = Self.report([
            Self.result("x", .critical, .breach, agent: String(repeating: "z", count: 5_000))
        ])
        #expect(long.statusLine.count < 500)
    }

    @Test("Performance data stops after 100 values")
    func manyValues() {
        let results = (0..<1_000).map { Self.result("r\($0)", .warning, .breach) }
        let line = Self.report(results).statusLine
        #expect(line.contains("[+999 warning]"))
        #expect(line.contains(" r99=") && !line.contains(" r100="))
    }

    static let ages: [(seconds: Int64, text: String)] = [
        (-5, "newest event is stamped 5 s after now"), (0, "newest event 0 s ago"),
        (119, "newest event 119 s ago"), (120, "newest event 2 min ago"),
        (7_199, "newest event 119 min ago"), (7_200, "newest event 2 h ago"),
        (172_800, "newest event 2 d ago"),
    ]

    @Test("The age of the newest event is told in fitting units", arguments: ages)
    func age(seconds: Int64, text: String) {
        let report = Self.report([Self.result("a", .info, .fine)], age: seconds)
        #expect(report.statusLine.contains("; \(text); "))
    }

    static let numbers: [(value: Double, short: String, plain: String)] = [
        (0, "0", "0"), (-1.5, "-1.5", "-1.5"), (12.3456, "12.3", "12.3456"),
        (8_213.4, "8213", "8213.4"), (0.000_012_34, "0.0000123", "0.00001234"),
        (1e-12, "0", "0"), (123_456_789_012, "123456789012", "123456789012"),
        (0.1 + 0.2, "0.3", "0.3"),
        (2.5e17, "250000000000000000", "250000000000000000"), (99.96, "100", "99.96"),
    ]

    @Test("Numbers have no exponents and no more digits than help", arguments: numbers)
    func numberTexts(value: Double, short: String, plain: String) {
        #expect(NumberText.short(value) == short)
        #expect(NumberText.plain(value) == plain)
    }

    @Test("A value just above its threshold does not look equal to it")
    func closeValues() {
        let pair = NumberText.pair(0.050_01, threshold: 0.05, unit: .ratio)
        #expect(pair.value != pair.threshold && pair.threshold == "5 %")
    }
}
