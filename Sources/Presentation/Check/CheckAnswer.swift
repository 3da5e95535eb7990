package import AgentEvents
package import Alerting
import EventStorage
package import MetricsEngine

/// What `check` found, and which rules its options made no sense for.
package struct CheckAnswer {
    package var report: CheckReport
    /// The groups that were left out, by the name of their rule.
    package var leftOut: [LeftOut]

    package init(report: CheckReport, leftOut: [LeftOut]) {
        self.report = report
        self.leftOut = leftOut
    }

    /// `check --json`.
    package var json: JSONValue {
        [
            "status": .string(report.status.rawValue),
            "now": .time(report.now),
            "newest_event": .time(report.newestEvent),
            "rules": .array(report.results.map(Self.rule)),
            "left_out": .array(
                leftOut.map { left in
                    ["rule": .string(left.metric), "reason": .string(left.reason)]
                }
            ),
        ]
    }

    private static func rule(_ result: RuleResult) -> JSONValue {
        let window = result.window.map { window in
            JSONValue.object([("since", .time(window.since)), ("until", .time(window.until))])
        }
        return [
            "name": .string(result.name),
            "group": group(result.group),
            "metric": .string(result.metric),
            "value": ReportJSON.number(result.value),
            "score": result.score.map(JSONValue.real) ?? .null,
            "n": .integer(result.n),
            "op": .string(result.op),
            "threshold": .real(result.threshold),
            "state": .string(result.state.rawValue),
            "result": .string(result.result.rawValue),
            "severity": .string(result.severity.rawValue),
            "window": window ?? .null,
            "reason": .text(result.reason),
            "summary": .text(result.summary),
        ]
    }

    private static func group(_ labels: [GroupLabel]) -> JSONValue {
        .object(labels.map { (key: $0.dimension.rawValue, value: .text($0.value)) })
    }

    /// What is written where nothing could be judged, so that a monitoring system sees why.
    package static func failed(_ error: any Error, now: Timestamp, isJSON: Bool) -> String {
        let reason = SafeText.line("\(error)")
        guard isJSON else {
            // Behind a bar stands performance data.
            return "AGENTWATCH UNKNOWN - \(String(reason.map { $0 == "|" ? "/" : $0 }))\n"
        }
        return JSONWriter.document(
            [
                "status": .string(CheckStatus.unknown.rawValue),
                "now": .time(now),
                "newest_event": .null,
                "rules": .array([]),
                "error": .string(reason),
            ]
        )
    }
}
