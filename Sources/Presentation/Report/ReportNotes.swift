import AgentEvents
package import MetricsEngine

/// What a reader should know of the data, and what the report could not say.
package struct ReportNotes {
    package var report: MetricReport
    package var terminal: Terminal

    /// A line a note; nothing where there is nothing to note.
    package func text() -> String {
        (estimates + pruned + quality + leftOut).map { terminal.palette.paint($0, .faint) + "\n" }
            .joined()
    }

    /// What is estimated, where anything is.
    private var estimates: [String] {
        let values = report.groups.flatMap(\.values).filter { !$0.value.exact }
        guard !values.isEmpty else { return [] }
        var kinds: [String] = []
        if values.contains(where: { $0.metric.statistic != .ratio }) {
            kinds.append("quantiles are estimates within 1 %")
        }
        if values.contains(where: { $0.metric.statistic == .ratio }) {
            kinds.append("slow_request_rate is an estimate")
        }
        let hint = report.prunedBefore == nil ? " (--exact computes them from the events)" : ""
        return ["Note: \(kinds.joined(separator: ", "))\(hint)"]
    }

    private var pruned: [String] {
        guard let horizon = report.prunedBefore else { return [] }
        return [
            "Note: events before \(horizon.readable(in: report.query.zone)) have been pruned; "
                + "numbers on that time come from rollups, in whole quarters of an hour"
        ]
    }

    private var quality: [String] {
        let quality = report.quality
        let read = quality.read
        let counts: [(Int64, String, String)] = [
            (
                quality.unpricedCalls, "LLM call",
                "without a cost (none logged, and no price or no token counts to compute it)"
            ),
            (quality.missingUsageCalls, "successful LLM call", "without token counts"),
            (quality.inconsistentUsage, "LLM call", "whose cached tokens exceed the input"),
            (quality.reusedRequestIDs, "request", "under an id that was used before"),
            (quality.orphanEvents, "event", "of request ids without any call"),
            (read.rejected, "rejected line", "(agentwatch rejects shows why)"),
            (read.fieldErrors, "dropped field", "of a wrong type or out of range"),
            (read.duplicates, "duplicate line", "kept out"),
        ]
        return counts.filter { $0.0 > 0 }.map { "Note: \(HumanNumber.counted($0, $1)) \($2)" }
    }

    /// A line a reason.
    private var leftOut: [String] {
        var reasons: [String] = []
        var metrics: [String: [String]] = [:]
        for entry in report.leftOut {
            if metrics[entry.reason] == nil { reasons.append(entry.reason) }
            metrics[entry.reason, default: []].append(entry.metric)
        }
        return reasons.compactMap { reason in
            metrics[reason].map { names in
                let what =
                    names.count <= 2
                    ? names.joined(separator: ", ")
                    : HumanNumber.counted(Int64(names.count), "metric")
                return "Left out: \(what), since \(reason)"
            }
        }
    }
}
