import MetricsEngine

/// Reads one rule, whether it stands in a file or in the table of thresholds.
struct RuleReader {
    let object: ObjectReader
    let timezone: String
    /// Read at once, so that repeated names are found even in broken rules.
    let name: String?

    static let keys = [
        "name", "type", "metric", "op", "threshold", "recover", "slow_ms", "window", "where",
        "group_by", "min_samples", "for", "keep_firing_for", "max_gap", "eval_delay", "on_no_data",
        "severity", "annotations", "enabled",
    ]
    private static let laterKeys = [
        "baseline": "anomaly rules are not part of this version",
        "min_change": "anomaly rules are not part of this version",
        "objective": "burn-rate rules are not part of this version",
        "period": "burn-rate rules are not part of this version",
        "receivers": "notifications are not part of this version",
        "repeat_every": "notifications are not part of this version",
    ]

    /// Metrics that a report has no value for.
    private static let followerMetrics = ["late_events", "ingest_lag_seconds"]

    init?(_ node: JSONNode, path: String, timezone: String, _ list: inout ProblemList) {
        let object = ObjectReader(
            node,
            path: path,
            known: Self.keys,
            later: Self.laterKeys,
            &list
        )
        guard let object else { return nil }
        self.object = object
        self.timezone = timezone
        name = Self.name(object, &list)
    }

    /// The rule, or `nil` with problems noted.
    func rule(_ list: inout ProblemList) -> AlertRule? {
        guard hasKnownType(&list) else { return nil }
        let metric = metric(&list)
        let condition = RuleCondition(object, metric, &list)
        let units = RuleUnits(object, metric, &list)
        let annotations = RuleAnnotations(object, units, &list)
        let minSamples = minSamples(metric, &list)
        let slowMillis = slowMillis(metric, &list)
        let window = window(&list)
        let times = ["for", "keep_firing_for", "max_gap", "eval_delay"].map {
            object.seconds($0, &list)
        }
        let onNoData: NoDataAction? = object.word("on_no_data", &list)
        let severity: Severity? = object.word("severity", &list)
        let isEnabled = object.bool("enabled", &list)
        guard let name, let metric, let condition else { return nil }
        return AlertRule(
            name: name,
            metric: metric,
            comparison: condition.comparison,
            threshold: condition.threshold,
            recover: condition.recover,
            window: window,
            filters: units.filters,
            groupBy: units.groupBy,
            minSamples: minSamples,
            // The defaults of the specification, for keys that are not there.
            forSeconds: times[0] ?? 0,
            keepFiringForSeconds: times[1] ?? 0,
            maxGapSeconds: times[2] ?? 600,
            evalDelaySeconds: times[3] ?? 10,
            onNoData: onNoData ?? .keep,
            severity: severity ?? .warning,
            summary: annotations.summary,
            description: annotations.description,
            runbookURL: annotations.runbookURL,
            slowMillis: slowMillis,
            timezone: timezone,
            isEnabled: isEnabled ?? true
        )
    }

    private static func name(_ object: ObjectReader, _ list: inout ProblemList) -> String? {
        guard object.node("name") != nil else {
            list.add(object.place("name"), object.line, "a rule needs a name")
            return nil
        }
        guard let name = object.string("name", &list) else { return nil }
        let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        if name.isEmpty || name.utf8.count > 200 || !isPlain {
            list.add(
                object.place("name"),
                object.line(of: "name"),
                "a name has 1 to 200 bytes and no control characters"
            )
            return nil
        }
        return name
    }

    private func hasKnownType(_ list: inout ProblemList) -> Bool {
        guard let type = object.string("type", &list), type != "threshold" else { return true }
        let message: String
        switch type {
        case "anomaly", "burn_rate":
            message = "rules of type \(type) are not part of this version; only threshold is"
        default: message = "\(JSONNode.quoted(type)) is no type of rule; threshold is"
        }
        list.add(object.place("type"), object.line(of: "type"), message)
        return false
    }

    private func metric(_ list: inout ProblemList) -> Metric? {
        guard object.node("metric") != nil else {
            list.add(object.place("metric"), object.line, "a rule needs a metric")
            return nil
        }
        guard let name = object.string("metric", &list) else { return nil }
        if let metric = MetricCatalog.metric(named: name) {
            guard Self.followerMetrics.contains(name) else { return metric }
            list.add(
                object.place("metric"),
                object.line(of: "metric"),
                "\(name) is known to a running follower alone; rules cannot use it in this version"
            )
            return nil
        }
        let nearest = NearestName.of(name, in: MetricCatalog.all.map(\.name))
        list.add(
            object.place("metric"),
            object.line(of: "metric"),
            "unknown metric \(JSONNode.quoted(name))",
            nearest.map { "did you mean \($0)?" }
        )
        return nil
    }

    private func minSamples(_ metric: Metric?, _ list: inout ProblemList) -> Int64? {
        guard let count = object.integer("min_samples", in: 1...1_000_000_000, &list) else {
            return nil
        }
        guard let metric, metric.statistic.isTotal else { return count }
        list.add(
            object.place("min_samples"),
            object.line(of: "min_samples"),
            "\(metric.name) is a total, which is judged whatever its size",
            "leave the key out"
        )
        return nil
    }

    private func slowMillis(_ metric: Metric?, _ list: inout ProblemList) -> Double? {
        let place = object.place("slow_ms")
        let millis = object.number("slow_ms", &list)
        guard let metric else { return millis }
        guard metric.name == "slow_request_rate" else {
            if object.node("slow_ms") != nil {
                list.add(place, object.line(of: "slow_ms"), "only slow_request_rate takes slow_ms")
            }
            return nil
        }
        if object.node("slow_ms") == nil {
            list.add(
                place,
                object.line,
                "slow_request_rate needs slow_ms",
                "say above how many milliseconds a request is slow"
            )
        } else if let millis, millis <= 0 || millis > 30 * 86_400_000 {
            list.add(
                place,
                object.line(of: "slow_ms"),
                "a number above 0 and of at most 30 days in milliseconds is expected"
            )
        }
        return millis
    }

    private func window(_ list: inout ProblemList) -> AlertWindow {
        let usual = AlertWindow.minutes(15)
        guard let node = object.node("window") else { return usual }
        if case .string(let text) = node.value, let window = AlertWindow(text) { return window }
        list.add(
            object.place("window"),
            node.line,
            "a window is a length of whole minutes like \"15m\", \"24h\" or \"7d\","
                + " or \"day\" or \"month\""
        )
        return usual
    }
}
