import AgentEvents
import MetricsEngine

/// The first lines of a report: its window, its filters, how much is in it, how fresh it is.
package struct ReportHeader {
    package var answer: ReportAnswer
    package var terminal: Terminal

    /// Up to three lines.
    package func text() -> String {
        let window = Self.window(
            answer.report.query,
            zone: answer.zone,
            conditions: answer.conditions,
            comparedWith: answer.report.comparedWith
        )
        let lines = [terminal.palette.paint(window, .strong), contents, freshness]
        return lines.compactMap { $0.map { $0 + "\n" } }.joined()
    }

    /// The window as `2026-01-04 12:00:00 to 2026-01-05 12:00:00 UTC (24 h 00 min), where agent=x`.
    static func window(
        _ query: MetricQuery,
        zone: ZoneArgument,
        conditions: [String],
        comparedWith earlier: TimeWindow? = nil
    ) -> String {
        let window = query.window
        let offsets = zone.offsets
        let until = "\(window.until.readable(in: offsets)) \(zone.name)"
        var text: String
        if window.since == .distantPast {
            text = "Everything up to \(until)"
        } else {
            let length = HumanNumber.age(micros: window.until.micros - window.since.micros)
            text = "\(window.since.readable(in: offsets)) to \(until) (\(length))"
        }
        if !conditions.isEmpty {
            text += ", where " + SafeText.line(conditions.joined(separator: " and "))
        }
        if let earlier {
            text +=
                ", compared with \(earlier.since.readable(in: offsets)) to "
                + earlier.until.readable(in: offsets)
        }
        return text
    }

    /// Nothing where the answer holds no counts.
    private var contents: String? {
        let counts: [(Metric, String)] = [
            (.requests, "request"), (.llmCalls, "LLM call"), (.toolCalls, "tool call"),
        ]
        let known = counts.compactMap { metric, noun in
            answer.total(metric).map { HumanNumber.counted($0, noun) }
        }
        guard !known.isEmpty else {
            // No group at all: nothing was found to cut.
            return answer.report.groups.isEmpty ? "Nothing in this window matches." : nil
        }
        var text = known.joined(separator: ", ")
        if let open = answer.total(.openRequests), open > 0 {
            text += " (and \(HumanNumber.grouped(open)) still open)"
        }
        return text
    }

    private var freshness: String? {
        guard let newest = answer.newestEvent else { return "The database holds no events." }
        let age = answer.report.query.now.micros - newest.micros
        let relation =
            age < 0
            ? "\(HumanNumber.age(micros: -age)) after now" : "\(HumanNumber.age(micros: age)) old"
        let text = "Newest event \(newest.readable(in: answer.zone.offsets)), \(relation)"
        return terminal.palette.paint(text, .faint)
    }
}
