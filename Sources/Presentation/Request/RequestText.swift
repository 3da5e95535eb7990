import AgentEvents
package import EventStorage
import MetricsEngine
import Rollups

/// The requests of one id for reading: what came out, then every event on a time axis.
package struct RequestText {
    package var id: String
    package var parts: [RequestPart]
    /// Events of the id that belong to no request.
    package var orphans: [EventDetail]
    package var terminal: Terminal
    package var isQuiet: Bool

    package init(
        id: String,
        parts: [RequestPart],
        orphans: [EventDetail],
        terminal: Terminal,
        isQuiet: Bool
    ) {
        self.id = id
        self.parts = parts
        self.orphans = orphans
        self.terminal = terminal
        self.isQuiet = isQuiet
    }

    /// A block a request.
    package func text() -> String {
        var blocks = parts.map(block)
        if !orphans.isEmpty {
            let count = HumanNumber.counted(Int64(orphans.count), "event")
            let moments = orphans.map(\.event.timestamp)
            let extent = TimeWindow(
                // Not empty, as asked above.
                since: moments.min() ?? .distantPast,
                until: moments.max() ?? .distantPast
            )
            blocks.append(
                "\(count) of no request (no call, retry or task_end has the id)\n"
                    + RequestTimeline(events: orphans, extent: extent, terminal: terminal).text()
            )
        }
        let title = terminal.palette.paint("Request \(SafeText.line(id))", .strong)
        let reuse =
            parts.count > 1 && !isQuiet
            ? "The id was used for \(parts.count) requests.\n" : ""
        return "\(title)\n\(reuse)" + blocks.joined(separator: "\n")
    }

    private func block(_ part: RequestPart) -> String {
        let lines = [outcome(part), whose(part), times(part), usage(part)].compactMap { $0 }
        let timeline = RequestTimeline(
            events: part.events,
            omitted: part.omitted,
            extent: part.extent,
            terminal: terminal
        )
        return lines.map { "  \($0)\n" }.joined() + timeline.text()
    }

    private func outcome(_ part: RequestPart) -> String {
        let status = part.status
        let row = part.view.row
        let word = status.outcome.name ?? (status.failed ? "failed" : "no outcome logged")
        let style: TextStyle = status.failed ? .bad : status.outcome == .open ? .near : .good
        var words = [terminal.palette.paint(word, style)]
        if status.failed, word != "failed", word != "unfinished" {
            words.append("last call failed")
        }
        if status.outcome == .unfinished { words.append("its agent ends tasks and it has no end") }
        if status.escalated, status.outcome != .escalated { words.append("escalated") }
        if row.isLooping { words.append(terminal.palette.paint("looping", .bad)) }
        if let latency = status.latency {
            words.append("took \(HumanNumber.duration(micros: Double(latency)))")
        }
        return words.joined(separator: ", ")
    }

    private func whose(_ part: RequestPart) -> String? {
        let names = [
            ("agent", part.view.agent), ("user", part.view.user), ("session", part.view.session),
        ]
        let known = names.compactMap { kind, name in name.map { "\(kind) \(SafeText.line($0))" } }
        return known.isEmpty ? nil : known.joined(separator: ", ")
    }

    private func times(_ part: RequestPart) -> String {
        let extent = part.extent
        let closes = part.status.outcome == .open ? "closes" : "closed"
        return "\(extent.since.readable(in: .utc)) to \(extent.until.readable(in: .utc)) UTC, "
            + "\(closes) \(part.status.closedAt.readable(in: .utc))"
    }

    private func usage(_ part: RequestPart) -> String {
        let row = part.view.row
        var words = [
            HumanNumber.counted(row.llmCalls, "LLM call"),
            HumanNumber.counted(row.toolCalls, "tool call"),
        ]
        if row.retryEvents > 0 { words.append("\(HumanNumber.grouped(row.retryEvents)) retried") }
        if let input = row.inputTokens.value {
            words.append("\(HumanNumber.grouped(input)) tokens in")
        }
        if let output = row.outputTokens.value {
            words.append("\(HumanNumber.grouped(output)) tokens out")
        }
        if let share = row.contextUtilization.value {
            words.append("context \(HumanNumber.percent(Double(share) / 1e9))")
        }
        if let cost = row.cost.value {
            let partly = row.isPartlyUnpriced ? " (some calls have no price)" : ""
            words.append(HumanNumber.dollars(Double(cost) / 1e9) + partly)
        } else if row.llmCalls > 0 {
            words.append("no price known")
        }
        return words.joined(separator: ", ")
    }
}
