import AgentEvents
import Pipeline
import Presentation

/// What `ingest` answers.
struct IngestText {
    var summary: IngestSummary
    var database: String

    /// The keys of the documented shape, in its order.
    static func json(_ summary: IngestSummary) -> JSONValue { .object(members(summary)) }

    /// The same, to stand beside others.
    static func members(_ summary: IngestSummary) -> [(key: String, value: JSONValue)] {
        let counts = SourceJSON.counts(summary.ledger, without: ["late_events"]).flatMap { count in
            switch count.key {
            case "blank": [count, ("unfinished", .integer(summary.unfinished))]
            case "field_errors": [count, ("requests", .integer(summary.requests))]
            default: [count]
            }
        }
        return [("files", .integer(Int64(summary.files)))] + counts + [
            ("seconds", .real(summary.seconds)),
            ("events_per_second", summary.eventsPerSecond.map(JSONValue.real) ?? .null),
        ]
    }

    /// One line of what was stored, and one each of what was not.
    func text() -> String {
        let ledger = summary.ledger
        let stored = HumanNumber.counted(ledger.events, "event")
        let requests = HumanNumber.counted(summary.requests, "new request")
        let read = HumanNumber.counted(ledger.lines, "line")
        let files = HumanNumber.counted(Int64(summary.files), "file")
        var lines = [
            "\(stored) of \(requests) from \(read) in \(files), \(seconds) s, into \(SafeText.line(database))"
        ]
        func note(_ count: Int64, _ text: String) {
            if count > 0 { lines.append("  \(HumanNumber.grouped(count)) \(text)") }
        }
        note(ledger.duplicates, "duplicates by event_id, not stored again")
        note(ledger.rejected, "rejected: agentwatch rejects shows them")
        note(
            ledger.skipped - ledger.expired,
            "skipped: no events (plain text, or JSON without `event`)"
        )
        note(ledger.expired, "skipped: events from a time that has been pruned")
        if let hint = NoEventsHint.text(ledger) { lines.append("  \(hint)") }
        note(
            ledger.fieldErrors,
            "optional fields dropped for their type or range: agentwatch validate names them"
        )
        note(summary.unfinished, "last line not whole yet: left for the next time")
        if ledger.lines == 0, summary.unfinished == 0, summary.problems.isEmpty {
            lines.append("  nothing new: the files were read to their ends before")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var seconds: String { HumanNumber.fixed(summary.seconds, 2) }
}
