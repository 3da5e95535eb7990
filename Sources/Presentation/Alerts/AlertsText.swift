import AgentEvents
package import Alerting
package import EventStorage
import MetricsEngine

/// Rules, and what is wrong with rules, for people and for programs.
package enum AlertsText {
    /// A line a problem, or one object; without a count of rules the file is not valid.
    package static func problems(
        _ problems: [AlertsFileProblem],
        isJSON: Bool,
        rules: Int64?
    ) -> String {
        guard isJSON else {
            return problems.map { SafeText.line($0.description) + "\n" }.joined()
        }
        let isValid = rules != nil
        return JSONWriter.document(
            [
                "valid": .bool(isValid),
                "rules": rules.map(JSONValue.integer) ?? .null,
                "problems": .array(isValid ? [] : problems.map(json)),
                "warnings": .array(isValid ? problems.map(json) : []),
            ]
        )
    }

    /// One problem.
    package static func json(_ problem: AlertsFileProblem) -> JSONValue {
        [
            "path": .string(problem.path),
            "line": problem.line.map { .integer(Int64($0)) } ?? .null,
            "message": .string(problem.message),
            "suggestion": .text(problem.suggestion),
        ]
    }

    /// One stored rule, under the names of the `thresholds` table.
    package static func json(_ row: ThresholdRow) -> JSONValue {
        [
            "name": .string(row.name),
            "type": .string(row.type),
            "metric": .string(row.metric),
            "op": .string(row.op),
            "threshold": .real(row.threshold),
            "baseline_seconds": row.baselineSeconds.map(JSONValue.integer) ?? .null,
            "min_change": row.minChange.map(JSONValue.real) ?? .null,
            "objective": row.objective.map(JSONValue.real) ?? .null,
            "period_seconds": row.periodSeconds.map(JSONValue.integer) ?? .null,
            "recover": row.recover.map(JSONValue.real) ?? .null,
            "time_window": .string(row.window),
            "filter": StoredJSON.value(row.filter),
            "group_by": StoredJSON.value(row.groupBy),
            "min_samples": row.minSamples.map(JSONValue.integer) ?? .null,
            "for_seconds": .integer(row.forSeconds),
            "keep_firing_for_seconds": .integer(row.keepFiringForSeconds),
            "max_gap_seconds": .integer(row.maxGapSeconds),
            "eval_delay_seconds": .integer(row.evalDelaySeconds),
            "on_no_data": .string(row.onNoData),
            "severity": .string(row.severity),
            "summary": .text(row.summary),
            "description": .text(row.description),
            "runbook_url": .text(row.runbookURL),
            "slow_ms": row.slowMillis.map(JSONValue.real) ?? .null,
            "timezone": .string(row.timezone),
            "receivers": StoredJSON.value(row.receivers),
            "repeat_every_seconds": row.repeatEverySeconds.map(JSONValue.integer) ?? .null,
            "enabled": .bool(row.isEnabled),
        ]
    }

    /// What a rule holds its metric against.
    private static func limit(_ row: ThresholdRow) -> String {
        switch row.type {
        case "anomaly": return "z \(row.op) \(HumanNumber.text(.real(row.threshold), .count))"
        case "burn_rate": return row.objective.map { "objective \($0)" } ?? "no objective"
        case "built_in": return ""
        default:
            let unit = MetricCatalog.metric(named: row.metric)?.unit
            let limit = unit.map { HumanNumber.text(.real(row.threshold), $0) }
            return "\(row.op) \(limit ?? "\(row.threshold)")"
        }
    }

    /// A row a rule, with the states of its alerts.
    package static func table(_ rows: [ThresholdRow], _ records: [AlertRecord]) -> TextTable {
        var table = TextTable([
            .text("rule"), .text("metric", shrinksTo: 16), .number("threshold"), .text("window"),
            .text("severity"), .text("where"), .text("by"), .text("state"), .text(""),
        ])
        let alerts = Dictionary(grouping: records, by: \.rule)
        for row in rows {
            table.append([
                TextTable.Cell(row.name), TextTable.Cell(row.metric),
                TextTable.Cell(limit(row)),
                TextTable.Cell(row.window), TextTable.Cell(row.severity),
                TextTable.Cell(row.filter ?? ""), TextTable.Cell(row.groupBy ?? ""),
                TextTable.Cell(AlertStates.summary(alerts[row.name] ?? [], .utc) ?? ""),
                TextTable.Cell(row.isEnabled ? "" : "disabled", .faint),
            ])
        }
        return table.isEmpty ? TextTable([]) : table
    }
}
