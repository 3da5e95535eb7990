import AgentEvents
import Alerting
import EventStorage
import Hummingbird
import MetricsEngine
import Notifications
import Pipeline
import Presentation

/// What other machines ask: whether all is well, and figures to keep.
struct MonitoringController: Sendable {
    let parts: ServiceParts

    /// Reading that is behind by more than this is stalled, in microseconds.
    private static let maxLag = 5 * Micros.minute

    /// 200 where the store answers and reading goes on, else 503.
    func ready() async throws -> Response {
        guard !parts.health.isFailing else {
            throw Problem.later(
                .serviceUnavailable,
                "The last write to the store failed; the log says why.",
                seconds: 5
            )
        }
        let now = SystemClock.now()
        let lag = try await parts.readers.ask { store in
            try store.read { try $0.following()?.lag(at: now) }
        }
        if let lag, lag > Self.maxLag {
            throw Problem.later(
                .serviceUnavailable,
                "Reading is \(HumanNumber.age(micros: lag)) behind.",
                seconds: 5
            )
        }
        return .json(
            [
                "status": "ready",
                "lag_seconds": lag.map { .real(Double($0) / 1e6) } ?? .null,
                "queued_posts": .integer(Int64(parts.ingest.budget.posts)),
            ]
        )
    }

    /// Prometheus' text format.
    func metrics() async throws -> Response {
        let (parts, waiting) = (parts, parts.readers.waiting)
        let (figures, counts) = try await parts.readers.ask { store in
            (try parts.gauges.figures(from: store), try parts.counters.counts(from: store))
        }
        let deliveries = try await parts.delivery?.status() ?? []
        var text = ExpositionText()
        Self.write(figures, &text)
        Self.writeBreakers(deliveries, &text)
        Self.write(counts, &text)
        write(waiting: waiting, &text)
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.text))
        )
    }

    private static func write(_ figures: WindowGauges.Figures, _ text: inout ExpositionText) {
        for (by, metric, samples) in figures.gauges {
            let prefix = by.map { "agentwatch_window_by_\($0.rawValue)_" } ?? "agentwatch_window_"
            let name = prefix + metric.expositionName
            let scope = by.map { " by \($0.rawValue)" } ?? ""
            text.family(name, kind: .gauge, help: "\(metric.name)\(scope), over the window.")
            for sample in samples {
                let labels = [(name: "window", value: WindowGauges.window)] + sample.labels
                text.sample(name, labels: labels, value: sample.value / metric.expositionScale)
            }
        }
        text.single(
            "agentwatch_window_series_left_out",
            kind: .gauge,
            help: "Label sets that had no room in the families of windows.",
            value: Double(figures.leftOut)
        )
        writeAlerts(figures.rules, &text)
        writeOutbox(figures.outbox, &text)
        if let newest = figures.newestEvent {
            let name = "agentwatch_newest_event_timestamp_seconds"
            text.single(
                name,
                kind: .gauge,
                help: "Time of the newest event.",
                value: Double(newest.micros) / 1e6
            )
        }
        // Where nobody follows anything there is no lag, not one of 0.
        if let lag = figures.lag {
            text.single(
                "agentwatch_ingest_lag_seconds",
                kind: .gauge,
                help: "Age of the oldest byte of the followed files that is not read.",
                value: Double(lag) / 1e6
            )
        }
    }

    /// Whether receivers are left alone for a while, since deliveries to them failed in a row.
    private static func writeBreakers(
        _ deliveries: [DeliveryStatus],
        _ text: inout ExpositionText
    ) {
        guard !deliveries.isEmpty else { return }
        let name = "agentwatch_notifications_breaker_open"
        text.family(name, kind: .gauge, help: "Whether deliveries to a receiver are held back.")
        for status in deliveries {
            let labels = [(name: "receiver", value: status.receiver)]
            text.sample(name, labels: labels, value: status.isHeldBack ? 1 : 0)
        }
    }

    /// How many messages about alerts wait, or were given up on.
    private static func writeOutbox(
        _ outbox: [String: OutboxCount],
        _ text: inout ExpositionText
    ) {
        let families: [(name: String, help: String, count: KeyPath<OutboxCount, Int>)] = [
            ("pending", "Messages about alerts that wait for delivery.", \.pending),
            ("given_up", "Messages about alerts that were given up on.", \.gaveUp),
        ]
        for (name, help, count) in families {
            let name = "agentwatch_notifications_\(name)"
            text.family(name, kind: .gauge, help: help)
            for (receiver, counts) in outbox.sorted(by: { $0.key < $1.key }) {
                text.sample(
                    name,
                    labels: [(name: "receiver", value: receiver)],
                    value: Double(counts[keyPath: count])
                )
            }
        }
    }

    /// How many rules and groups are told of.
    private static let maxAlerts = 500

    /// Whether each rule fires, where that is known, and what its last judgement was.
    private static func writeAlerts(_ rules: [RuleResult], _ text: inout ExpositionText) {
        var seen: Set<String> = []
        var alerts: [(labels: ExpositionText.Labels, rule: RuleResult)] = []
        for rule in rules {
            let group = rule.group.map { "\($0.dimension.rawValue)=\($0.value ?? "")" }
                .joined(separator: ",")
            guard seen.insert("\(rule.name)\n\(group)").inserted else { continue }
            let labels = [
                (name: "rule", value: rule.name), (name: "group", value: group),
                (name: "severity", value: rule.severity.rawValue),
            ]
            alerts.append((labels, rule))
        }
        let shown = alerts.prefix(maxAlerts)
        text.family(
            "agentwatch_alert_firing",
            kind: .gauge,
            help:
                "Whether a rule fires as judged now, without memory: 1 or 0, none without data or with an error."
        )
        for (labels, rule) in shown where rule.result != .noData && rule.result != .error {
            text.sample(
                "agentwatch_alert_firing",
                labels: labels,
                value: rule.state == .firing ? 1 : 0
            )
        }
        text.family(
            "agentwatch_alert_result",
            kind: .gauge,
            help: "What a rule was judged to be, as a label."
        )
        for (labels, rule) in shown {
            let result = [(name: "result", value: rule.result.rawValue)]
            text.sample("agentwatch_alert_result", labels: labels + result, value: 1)
        }
        text.single(
            "agentwatch_alerts_left_out",
            kind: .gauge,
            help: "Rules and groups that had no room in the families of alerts.",
            value: Double(alerts.count - shown.count)
        )
    }

    private static func write(_ counts: CallCounters.Counts, _ text: inout ExpositionText) {
        func order(_ series: CallCounters.Series) -> String {
            "\(series.kind)\n\(series.agent)\n\(series.subject)\n\(series.succeeded)"
        }
        func labels(_ series: CallCounters.Series) -> ExpositionText.Labels {
            let isTool = series.kind == "tool"
            return [
                (name: "kind", value: series.kind),
                (name: "model", value: isTool ? "" : series.subject),
                (name: "tool", value: isTool ? series.subject : ""),
            ]
        }
        let calls = "agentwatch_calls_total"
        text.family(calls, kind: .counter, help: "Calls stored since the start.")
        for (series, count) in counts.calls.sorted(by: { order($0.key) < order($1.key) }) {
            let more = [
                (name: "agent", value: series.agent),
                (name: "result", value: series.succeeded ? "success" : "failure"),
            ]
            text.sample(calls, labels: labels(series) + more, value: Double(count))
        }
        let name = "agentwatch_call_latency_seconds"
        text.family(name, kind: .histogram, help: "How long the calls stored since the start took.")
        for (series, histogram) in counts.latencies.sorted(by: { order($0.key) < order($1.key) }) {
            var sum: Int64 = 0
            for (index, count) in histogram.counts.enumerated() {
                sum += count
                let isLast = index == CallCounters.bounds.count
                let bound = isLast ? "+Inf" : ExpositionText.number(CallCounters.bounds[index])
                text.sample(
                    "\(name)_bucket",
                    labels: labels(series) + [(name: "le", value: bound)],
                    value: Double(sum)
                )
            }
            text.sample("\(name)_sum", labels: labels(series), value: Double(histogram.sum) / 1e6)
            text.sample("\(name)_count", labels: labels(series), value: Double(sum))
        }
    }

    /// What the server itself does.
    private func write(waiting: Int, _ text: inout ExpositionText) {
        let process = ProcessFigures()
        let budget = parts.ingest.budget
        let gauges: [(String, String, Double?)] = [
            ("agentwatch_posts_queued", "Posts that are read or wait.", Double(budget.posts)),
            ("agentwatch_posts_queued_bytes", "Their bytes in memory.", Double(budget.bytes)),
            ("agentwatch_reads_queued", "Questions that wait for the store.", Double(waiting)),
            ("agentwatch_streams_open", "Open streams.", Double(parts.changes.listeners)),
            ("process_resident_memory_bytes", "Resident memory.", process.resident),
            ("process_open_fds", "Open files and connections.", process.openFiles),
            (
                "process_start_time_seconds", "When the process started.",
                Double(parts.startedAt.micros) / 1e6
            ),
        ]
        for (name, help, value) in gauges {
            if let value { text.single(name, kind: .gauge, help: help, value: value) }
        }
        text.single(
            "process_cpu_seconds_total",
            kind: .counter,
            help: "Time on processors.",
            value: process.cpu
        )
    }
}
