import AgentEvents
import MetricsEngine

/// Reads one rule, whether it stands in a file or in the table of thresholds.
struct RuleReader {
    let object: ObjectReader
    let timezone: String
    /// Read at once, so that repeated names are found even in broken rules.
    let name: String?
    /// The receivers of the file; `nil` where they are not known.
    private let receivers: [String]?

    static let keys = [
        "name", "type", "metric", "op", "threshold", "baseline", "min_change", "objective",
        "period",
        "recover", "slow_ms", "window", "where", "group_by", "min_samples", "for",
        "keep_firing_for", "max_gap", "eval_delay", "on_no_data", "severity", "annotations",
        "receivers", "repeat_every", "enabled",
    ]

    init?(
        _ node: JSONNode,
        path: String,
        timezone: String,
        receivers: [String]?,
        _ diagnostics: Diagnostics
    ) {
        let object = ObjectReader(node, path: path, known: Self.keys, diagnostics)
        guard let object else { return nil }
        self.object = object
        self.timezone = timezone
        self.receivers = receivers
        name = Self.name(object)
    }

    /// The rule, or `nil` with problems noted.
    func rule() -> AlertRule? {
        if let name, let builtIn = BuiltInRule(rawValue: name) { return changed(builtIn) }
        guard let type = type() else { return nil }
        refuseForeignKeys(of: type)
        let metric = metric()
        let window = window(type)
        let kind = RuleKind(object, type, metric, window)
        let condition = RuleCondition(object, kind, metric)
        let units = RuleUnits(object, metric)
        let annotations = RuleAnnotations(object, units)
        let minSamples = minSamples(metric)
        let slowMillis = slowMillis(metric)
        let times = times()
        let onNoData: NoDataAction? = object.word("on_no_data")
        let severity: Severity? = type == .burnRate ? .critical : object.word("severity")
        let isEnabled = object.bool("enabled")
        let telling = telling()
        guard let name, let kind, let metric, let condition else { return nil }
        return AlertRule(
            name: name,
            kind: kind,
            metric: metric,
            comparison: condition.comparison,
            threshold: condition.threshold,
            recover: condition.recover,
            window: window,
            filters: units.filters,
            groupBy: units.groupBy,
            minSamples: minSamples,
            forSeconds: times.lasting,
            keepFiringForSeconds: times.keeping,
            maxGapSeconds: times.gap,
            evalDelaySeconds: times.delay,
            onNoData: onNoData ?? .keep,
            severity: severity ?? .warning,
            summary: annotations.summary,
            description: annotations.description,
            runbookURL: annotations.runbookURL,
            slowMillis: slowMillis,
            timezone: timezone,
            isEnabled: isEnabled ?? true,
            receivers: telling.receivers,
            repeatEverySeconds: telling.every
        )
    }

    /// A built-in rule as the file changes it.
    private func changed(_ builtIn: BuiltInRule) -> AlertRule {
        for key in Self.keys where !BuiltInRule.keys.contains(key) && object.node(key) != nil {
            object.report(
                key,
                "\(builtIn.rawValue) is built in and has no \(key)",
                suggestion:
                    "it takes \(BuiltInRule.keys.dropFirst().joined(separator: ", ")), or choose another name"
            )
        }
        var rule = builtIn.rule
        let severity: Severity? = object.word("severity")
        rule.severity = severity ?? rule.severity
        rule.isEnabled = object.bool("enabled") ?? true
        (rule.receivers, rule.repeatEverySeconds) = telling()
        rule.timezone = timezone
        return rule
    }

    private func type() -> RuleType? {
        guard object.node("type") != nil else { return .threshold }
        return object.word("type")
    }

    private func refuseForeignKeys(of type: RuleType) {
        for (key, hint) in type.foreignKeys where object.node(key) != nil {
            object.report(
                key,
                "a rule of type \(type.rawValue) has no \(key)",
                suggestion: hint
            )
        }
    }

    private func times() -> (lasting: Int64, keeping: Int64, gap: Int64, delay: Int64) {
        // The defaults of the specification.
        let lasting = object.seconds("for") ?? 0
        // As above.
        let keeping = object.seconds("keep_firing_for") ?? 0
        let gap = object.seconds("max_gap") ?? 600
        if gap == 0, lasting > 0 {
            object.report(
                "max_gap",
                "with a max_gap of 0 no time counts toward for, so the rule can never fire"
            )
        }
        return (lasting, keeping, gap, object.seconds("eval_delay") ?? 10)
    }

    private func telling() -> (receivers: [String]?, every: Int64) {
        let every = object.seconds("repeat_every") ?? 4 * 3_600
        if every < 60 {
            object.report(
                "repeat_every",
                "a length of time of at least a minute is expected"
            )
        }
        guard object.node("receivers") != nil else { return (nil, every) }
        let names = object.strings("receivers")
        for (index, name) in (names ?? []).enumerated() {  // what is no list was noted
            guard let receivers, !receivers.contains(name) else { continue }
            object.diagnostics.add(
                "\(object.place("receivers"))[\(index)]",
                line: object.line(of: "receivers"),
                message: "\(JSONText.quoted(name)) is no receiver of this file",
                suggestion: NearestName.of(name, in: receivers).map { "did you mean \($0)?" }
            )
        }
        return (names, every)
    }

    private static func name(_ object: ObjectReader) -> String? {
        guard object.node("name") != nil else {
            object.diagnostics.add(
                object.place("name"),
                line: object.line,
                message: "a rule needs a name"
            )
            return nil
        }
        guard let name = object.string("name") else { return nil }
        let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        if name.isEmpty || name.utf8.count > 200 || !isPlain {
            object.report(
                "name",
                "a name has 1 to 200 bytes and no control characters"
            )
            return nil
        }
        return name
    }

    private func metric() -> Metric? {
        guard object.node("metric") != nil else {
            object.diagnostics.add(
                object.place("metric"),
                line: object.line,
                message: "a rule needs a metric"
            )
            return nil
        }
        guard let name = object.string("metric") else { return nil }
        if let metric = MetricCatalog.metric(named: name) { return metric }
        let nearest = NearestName.of(name, in: MetricCatalog.all.map(\.name))
        object.report(
            "metric",
            "unknown metric \(JSONText.quoted(name))",
            suggestion: nearest.map { "did you mean \($0)?" }
        )
        return nil
    }

    private func minSamples(_ metric: Metric?) -> Int64? {
        guard let count = object.integer("min_samples", in: 1...1_000_000_000) else {
            return nil
        }
        guard let metric, metric.statistic.isTotal else { return count }
        object.report(
            "min_samples",
            "\(metric.name) is a total, which is judged whatever its size",
            suggestion: "leave the key out"
        )
        return nil
    }

    private func slowMillis(_ metric: Metric?) -> Double? {
        let place = object.place("slow_ms")
        let millis = object.number("slow_ms")
        guard let metric else { return millis }
        guard metric.name == "slow_request_rate" else {
            if object.node("slow_ms") != nil {
                object.diagnostics.add(
                    place,
                    line: object.line(of: "slow_ms"),
                    message: "only slow_request_rate takes slow_ms"
                )
            }
            return nil
        }
        if object.node("slow_ms") == nil {
            object.diagnostics.add(
                place,
                line: object.line,
                message: "slow_request_rate needs slow_ms",
                suggestion: "say above how many milliseconds a request is slow"
            )
        } else if let millis, millis <= 0 || millis > 30 * 86_400_000 {
            object.diagnostics.add(
                place,
                line: object.line(of: "slow_ms"),
                message: "a number above 0 and of at most 30 days in milliseconds is expected"
            )
        }
        return millis
    }

    private func window(_ type: RuleType) -> AlertWindow {
        if type == .burnRate { return ErrorBudget.maxWindow }
        let usual = AlertWindow.minutes(15)
        guard let node = object.node("window") else { return usual }
        if case .string(let text) = node.value, let window = AlertWindow(text) { return window }
        object.diagnostics.add(
            object.place("window"),
            line: node.line,
            message: "a window is a length of whole minutes like \"15m\", \"24h\" or \"7d\","
                + " or \"day\" or \"month\""
        )
        return usual
    }
}
