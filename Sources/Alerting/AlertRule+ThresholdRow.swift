import AgentEvents
package import EventStorage
import MetricsEngine

extension AlertRule {
    /// The rule as the `thresholds` table holds it.
    package var row: ThresholdRow {
        var row = ThresholdRow(
            name: name,
            metric: metric.name,
            op: comparison.rawValue,
            threshold: threshold,
            recover: recover,
            window: window.text,
            filter: filterText,
            groupBy: groupByText,
            minSamples: minSamples,
            forSeconds: forSeconds,
            keepFiringForSeconds: keepFiringForSeconds,
            maxGapSeconds: maxGapSeconds,
            evalDelaySeconds: evalDelaySeconds,
            onNoData: onNoData.rawValue,
            severity: severity.rawValue,
            summary: summary,
            description: description,
            runbookURL: runbookURL,
            slowMillis: slowMillis,
            timezone: timezone,
            isEnabled: isEnabled
        )
        row.receivers = receivers.map {
            "[\($0.map(JSONText.quoted).joined(separator: ", "))]"
        }
        row.repeatEverySeconds = repeatEverySeconds
        switch kind {
        case .threshold: row.type = RuleType.threshold.rawValue
        case .anomaly(let baseline):
            row.type = RuleType.anomaly.rawValue
            (row.baselineSeconds, row.minChange) = (baseline.seconds, baseline.minChange)
        case .burnRate(let budget):
            row.type = RuleType.burnRate.rawValue
            (row.objective, row.periodSeconds) = (budget.objective, budget.periodSeconds)
        case .builtIn: row.type = ThresholdRow.builtInType
        }
        return row
    }

    /// Reads a row with the rules of the file: people may have changed the table by hand.
    package init(_ row: ThresholdRow) throws(AlertsFileError) {
        let diagnostics = Diagnostics()
        let reader = RuleReader(
            row.node(diagnostics),
            path: row.name,
            timezone: row.timezone,
            receivers: nil,
            diagnostics
        )
        self = try diagnostics.checked(reader?.rule())
    }

    var filterText: String? {
        guard !filters.isEmpty else { return nil }
        let members = filters.map { filter in
            let values = filter.values.map { $0.map(JSONText.quoted) ?? "null" }
            let text = values.count == 1 ? values[0] : "[\(values.joined(separator: ", "))]"
            return "\(JSONText.quoted(filter.dimension.rawValue)): \(text)"
        }
        return "{\(members.joined(separator: ", "))}"
    }

    private var groupByText: String? {
        guard !groupBy.isEmpty else { return nil }
        return "[\(groupBy.map { JSONText.quoted($0.rawValue) }.joined(separator: ", "))]"
    }
}

extension ThresholdRow {
    /// The type of a row that changes a built-in rule; an alerts file has no word for it.
    fileprivate static let builtInType = "built_in"

    /// The row as an object of `alerts.json`: the keys that its type has.
    fileprivate func node(_ diagnostics: Diagnostics) -> JSONNode {
        var members = texts.compactMap { key, text in text.map { (key, JSONNode(.string($0))) } }
        members += numbers.compactMap { key, value in value.map { (key, JSONNode(.number($0))) } }
        members.append(("enabled", JSONNode(.bool(isEnabled))))
        members.append(("annotations", annotations))
        for (key, text) in [("where", filter), ("group_by", groupBy), ("receivers", receivers)] {
            guard let text else { continue }
            do {
                members.append((key, try JSONReader.node(of: text)))
            } catch {
                diagnostics.add(
                    "\(name).\(key)",
                    line: 0,
                    message: "not valid JSON: \(error.message)"
                )
            }
        }
        let unread = unreadKeys
        return JSONNode(
            .object(
                members.filter { !unread.contains($0.0) }
                    .map { JSONNode.Member(key: $0.0, line: 0, node: $0.1) }
            )
        )
    }

    private var texts: [(String, String?)] {
        [
            ("name", name), ("type", type), ("metric", metric), ("op", op), ("window", window),
            ("for", TimeLength.text(forSeconds)),
            ("keep_firing_for", TimeLength.text(keepFiringForSeconds)),
            ("max_gap", TimeLength.text(maxGapSeconds)),
            ("eval_delay", TimeLength.text(evalDelaySeconds)),
            ("on_no_data", onNoData), ("severity", severity),
            ("baseline", baselineSeconds.map(TimeLength.text)),
            ("period", periodSeconds.map(TimeLength.text)),
            ("repeat_every", repeatEverySeconds.map(TimeLength.text)),
        ]
    }

    private var numbers: [(String, Double?)] {
        [
            ("threshold", threshold), ("recover", recover), ("slow_ms", slowMillis),
            ("min_samples", minSamples.map(Double.init)), ("min_change", minChange),
            ("objective", objective),
        ]
    }

    /// Columns that are filled whatever the type and mean nothing to this one.
    private var unreadKeys: Set<String> {
        if type == Self.builtInType, BuiltInRule(rawValue: name) != nil {
            return Set(RuleReader.keys).subtracting(BuiltInRule.keys)
        }
        guard type == RuleType.burnRate.rawValue else { return [] }
        return ["op", "threshold", "recover", "window", "severity"]
    }

    private var annotations: JSONNode {
        let texts = [
            ("summary", summary), ("description", description), ("runbook_url", runbookURL),
        ]
        return JSONNode(
            .object(
                texts.compactMap { key, text in
                    text.map { JSONNode.Member(key: key, line: 0, node: JSONNode(.string($0))) }
                }
            )
        )
    }
}
