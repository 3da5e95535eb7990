import EventStorage
import GRDB

/// The rows of `thresholds`.
enum ThresholdTable {
    private static let columns = [
        "name", "position", "metric", "op", "threshold", "recover", "time_window", "filter",
        "group_by", "min_samples", "for_seconds", "keep_firing_for_seconds", "max_gap_seconds",
        "eval_delay_seconds", "on_no_data", "severity", "summary", "description", "runbook_url",
        "slow_ms", "timezone", "enabled", "type", "baseline_seconds", "min_change", "objective",
        "period_seconds", "receivers", "repeat_every_seconds",
    ]

    static func load(_ db: Database) throws -> [ThresholdRow] {
        let sql =
            "SELECT \(columns.joined(separator: ", ")) FROM thresholds ORDER BY position, name"
        return try Row.fetchAll(db, sql: sql).map { row in
            var rule = ThresholdRow(
                name: try row.value(0),
                metric: try row.value(2),
                op: try row.value(3),
                threshold: try row.value(4),
                recover: try row.value(5),
                window: try row.value(6),
                filter: try row.value(7),
                groupBy: try row.value(8),
                minSamples: try row.value(9),
                forSeconds: try row.value(10),
                keepFiringForSeconds: try row.value(11),
                maxGapSeconds: try row.value(12),
                evalDelaySeconds: try row.value(13),
                onNoData: try row.value(14),
                severity: try row.value(15),
                summary: try row.value(16),
                description: try row.value(17),
                runbookURL: try row.value(18),
                slowMillis: try row.value(19),
                timezone: try row.value(20),
                isEnabled: try row.value(21)
            )
            rule.type = try row.value(22)
            rule.baselineSeconds = try row.value(23)
            rule.minChange = try row.value(24)
            rule.objective = try row.value(25)
            rule.periodSeconds = try row.value(26)
            rule.receivers = try row.value(27)
            rule.repeatEverySeconds = try row.value(28)
            return rule
        }
    }

    static func replace(with rows: [ThresholdRow], _ db: Database) throws {
        try db.execute(sql: "DELETE FROM thresholds")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let insert = try db.cachedStatement(
            sql: "INSERT INTO thresholds (\(columns.joined(separator: ", "))) VALUES (\(marks))"
        )
        for (position, row) in rows.enumerated() {
            try insert.execute(arguments: [
                row.name, position, row.metric, row.op, row.threshold, row.recover, row.window,
                row.filter, row.groupBy, row.minSamples, row.forSeconds, row.keepFiringForSeconds,
                row.maxGapSeconds, row.evalDelaySeconds, row.onNoData, row.severity, row.summary,
                row.description, row.runbookURL, row.slowMillis, row.timezone, row.isEnabled,
                row.type, row.baselineSeconds, row.minChange, row.objective, row.periodSeconds,
                row.receivers, row.repeatEverySeconds,
            ])
        }
    }
}
