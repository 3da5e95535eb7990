import AgentEvents
import EventStorage

/// What became of the lines that were read.
///
/// Its one unit is the ledger of all sources.
struct LinesRead: MetricFamily {
    static let title = "Lines read"
    static let level = MetricLevel.ledger
    typealias Cell = Never

    private var ledger = SourceLedger()
    private var following: FollowState?

    mutating func add(_ unit: ReadingUnit) {
        ledger += unit.ledger
        following = unit.following
    }

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
        MetricDefinition(
            "late_events",
            .count,
            .count,
            "How many events a follower that had caught up stored late.",
            formula:
                "events stored more than 70 s after their time; none before the first follower",
            n: "events"
        ) { family, _ in
            guard family.following != nil else { return MetricValue(nil, n: 0) }
            return .total(family.ledger.lateEvents, n: family.ledger.events)
        },
        MetricDefinition(
            "ingest_lag_seconds",
            .seconds,
            .value,
            "How far reading is behind the files now.",
            formula: """
                age of the oldest unread byte, 0 when all is read; at least the time since a follower \
                that died last looked, once that is over a minute; none before the first follower
                """,
            n: "1"
        ) { family, facts in
            let lag = family.following?.lag(at: facts.now)
            return .single(lag, scale: Scale.seconds, n: lag == nil ? 0 : 1)
        },
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
}
