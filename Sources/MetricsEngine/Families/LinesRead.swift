import AgentEvents

/// What became of the lines that were read.
///
/// Its one unit is the ledger of all sources.
struct LinesRead: MetricFamily {
    static let title = "Lines read"
    static let level = MetricLevel.ledger
    private var ledger = SourceLedger()

    mutating func add(_ unit: SourceLedger) { ledger += unit }

    static let definitions: [MetricDefinition<LinesRead>] = [
        count("lines", "How many lines were read.") { $0.lines },
        count("events", "How many lines became events.") { $0.events },
        count("duplicates", "How many lines repeated an event that was already stored.") {
            $0.duplicates
        },
        count("rejected", "How many lines looked like events and could not be taken.") {
            $0.rejected
        },
        count("skipped", "How many lines were no events at all.") { $0.skipped },
        count("field_errors", "How many optional fields were dropped for their type or range.") {
            $0.fieldErrors
        },
        ofFollower(
            "late_events",
            .count,
            .count,
            "How many events were stored late by a follower that had caught up.",
            formula: "events committed more than `eval_delay` + 1 min after their time"
        ),
        ofFollower(
            "ingest_lag_seconds",
            .seconds,
            .value,
            "How far reading is behind the files.",
            formula: "age of the oldest unread byte; 0 when everything is read"
        ),
    ]

    private static func count(
        _ name: String,
        _ summary: String,
        value: @escaping @Sendable (SourceLedger) -> Int64
    ) -> MetricDefinition<LinesRead> {
        MetricDefinition(
            name,
            .count,
            .count,
            summary,
            formula: "counted while reading",
            n: "lines read"
        ) { family, _ in .total(value(family.ledger), n: family.ledger.lines) }
    }

    /// A metric that only a running follower knows: reports have no value for it.
    private static func ofFollower(
        _ name: String,
        _ unit: MetricUnit,
        _ statistic: Statistic,
        _ summary: String,
        formula: String
    ) -> MetricDefinition<LinesRead> {
        MetricDefinition(
            name,
            unit,
            statistic,
            summary,
            formula: "\(formula); known only while a follower runs, else none",
            n: "none"
        ) { _, _ in MetricValue(nil, n: 0) }
    }
}
