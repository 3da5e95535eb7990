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
                name: row[0],
                metric: row[2],
                op: row[3],
                threshold: row[4],
                recover: row[5],
                window: row[6],
                filter: row[7],
                groupBy: row[8],
                minSamples: row[9],
                forSeconds: row[10],
                keepFiringForSeconds: row[11],
                maxGapSeconds: row[12],
                evalDelaySeconds: row[13],
                onNoData: row[14],
                severity: row[15],
                summary: row[16],
                description: row[17],
                runbookURL: row[18],
                slowMillis: row[19],
                timezone: row[20],
                isEnabled: row[21]
            )
            rule.type = row[22]
            rule.baselineSeconds = row[23]
            rule.minChange = row[24]
            rule.objective = row[25]
            rule.periodSeconds = row[26]
            rule.receivers = row[27]
            rule.repeatEverySeconds = row[28]
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
