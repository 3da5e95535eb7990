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

    static let lines = count("lines", title: "Lines", "How many lines were read.") { $0.lines }
    static let events = count("events", title: "Events", "How many lines became events.") {
        $0.events
    }
    static let duplicates = count(
        "duplicates",
        title: "Duplicates",
        "How many lines repeated an event that was already stored."
    ) { $0.duplicates }
    static let rejected = count(
        "rejected",
        title: "Rejected lines",
        "How many lines looked like events and could not be taken."
    ) { $0.rejected }
    static let skipped = count(
        "skipped",
        title: "Skipped lines",
        "How many lines were no events at all."
    ) { $0.skipped }
    static let fieldErrors = count(
        "field_errors",
        title: "Dropped fields",
        "How many optional fields were dropped for their type or range."
    ) { $0.fieldErrors }

    static let lateEvents = MetricDefinition<LinesRead>(
        "late_events",
        .count,
        .count,
        "How many events a follower that had caught up stored late.",
        title: "Late events",
        worse: .higher,
        formula: "events stored more than 70 s after their time; none before the first follower",
        n: "events"
    ) { family, _ in
        guard family.following != nil else { return .unknown }
        return .total(family.ledger.lateEvents, n: family.ledger.events)
    }

    static let ingestLag = MetricDefinition<LinesRead>(
        "ingest_lag_seconds",
        .seconds,
        .value,
        "How far reading is behind the files now.",
        title: "Ingest lag",
        worse: .higher,
        formula: """
            age of the oldest unread byte, 0 when all is read; at least the time since a follower \
            that died last looked, once that is over a minute; none before the first follower
            """,
        n: "1"
    ) { family, facts in
        let lag = family.following?.lag(at: facts.now)
        return .single(lag, scale: Scale.seconds, n: lag == nil ? 0 : 1)
    }

    static let definitions: [MetricDefinition<LinesRead>] = [
        lines, events, duplicates, rejected, skipped, fieldErrors, lateEvents, ingestLag,
    ]

    private static func count(
        _ name: String,
        title: String,
        _ summary: String,
        value: @escaping @Sendable (SourceLedger) -> Int64
    ) -> MetricDefinition<LinesRead> {
        MetricDefinition(
            name,
            .count,
            .count,
            summary,
            title: title,
            formula: "counted while reading",
            n: "lines read"
        ) { family, _ in .total(value(family.ledger), n: family.ledger.lines) }
    }
}

extension Metric {
    /// The number of lines that were read.
    package static let linesRead = LinesRead.lines.metric
    /// The number of events stored late.
    package static let lateEvents = LinesRead.lateEvents.metric
    /// The delay of reading behind the files.
    package static let ingestLag = LinesRead.ingestLag.metric
}
