import AgentEvents
import EventStorage
import Pipeline
import Presentation

/// What has come of moving a database.
struct MigrationText {
    let summary: Migration.Summary
    let from: String
    let to: String

    /// One line, and one for each day that differs.
    var text: String {
        let place = SafeText.line(to)
        guard summary.differences.isEmpty else {
            let days = summary.differences.map { difference in
                "  \(Self.date(difference.day)): \(Self.sums(difference.source)) here, "
                    + "\(Self.sums(difference.target)) there\n"
            }
            return
                "\(place) differs from \(SafeText.line(from)) on \(days.count) of \(summary.days) days:\n"
                + days.joined()
        }
        let days = summary.days == 1 ? "1 day" : "\(summary.days) days"
        return "\(place): \(Self.sums(summary.sums)); the same on both sides on \(days)\n"
    }

    /// The same for programs.
    var json: JSONValue {
        [
            "days": .integer(Int64(summary.days)),
            "events": .integer(summary.sums.events),
            "requests": .integer(summary.sums.requests),
            "tokens": .integer(summary.sums.tokens),
            "cost_nanodollars": .integer(summary.sums.cost),
            "differing_days": .array(
                summary.differences.map { .string(Self.date($0.day)) }
            ),
        ]
    }

    private static func sums(_ sums: DaySums?) -> String {
        guard let sums else { return "nothing" }
        return """
            \(HumanNumber.grouped(sums.events)) events, \(HumanNumber.grouped(sums.requests)) requests, \
            \(HumanNumber.grouped(sums.tokens)) tokens, \
            \(HumanNumber.dollars(Double(sums.cost) / 1e9))
            """
    }

    private static func date(_ day: Int64) -> String {
        CalendarTime(Timestamp(micros: day * 24 * Micros.hour)).dateText
    }
}
