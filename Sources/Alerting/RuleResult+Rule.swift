import AgentEvents
import EventStorage
import MetricsEngine

extension RuleResult {
    /// A rule that could not be evaluated.
    init(_ rule: AlertRule, window: TimeWindow?, error: String) {
        self.init(
            name: rule.name,
            group: [],
            metric: rule.metric.name,
            op: rule.comparison.rawValue,
            threshold: rule.threshold,
            severity: rule.severity,
            window: window,
            result: .error,
            state: .ok,
            reason: error
        )
    }

    /// A stored rule that could not be read.
    init(_ broken: BrokenRule) {
        self.init(
            name: broken.name,
            group: [],
            metric: broken.metric,
            op: broken.op,
            threshold: broken.threshold,
            severity: broken.severity,
            result: .error,
            state: .ok,
            reason: broken.reason
        )
    }

    /// A rule of which the window holds nothing.
    init(_ rule: AlertRule, window: TimeWindow?, noData reason: String) {
        self.init(rule, window: window, [], nil, (.noData, reason))
    }

    /// A rule judged in one group.
    init(
        _ rule: AlertRule,
        window: TimeWindow?,
        _ key: [KeyValue],
        _ value: MetricValue?,
        _ judged: (result: Judgement, reason: String?),
        score: Double? = nil
    ) {
        let result = judged.result
        let fires = result == .breach || (result == .noData && rule.onNoData == .alert)
        self.init(
            name: rule.name,
            group: zip(rule.groupBy, key).map { GroupLabel($0, $1.text) },
            metric: rule.metric.name,
            op: rule.comparison.rawValue,
            threshold: rule.threshold,
            severity: rule.severity,
            window: window,
            value: value?.value,
            score: score,
            n: value?.n ?? 0,  // without an answer there are no samples
            result: result,
            state: fires ? .firing : .ok,
            reason: judged.reason
        )
        switch rule.kind {
        case .anomaly: scoreName = "z"
        case .burnRate: scoreName = "burn rate"
        case .threshold, .builtIn: break
        }
        if fires, let template = rule.summary { summary = filled(template, rule) }
    }

    private func filled(_ template: String, _ rule: AlertRule) -> String {
        let number = value.map {
            NumberText.pair($0.double, threshold: threshold, unit: rule.metric.unit)
        }
        let unit = score == nil ? rule.metric.unit : .count
        let limit = NumberText.pair(threshold, threshold: threshold, unit: unit).threshold
        var values = ["threshold": limit, "value": number?.value ?? "no data"]
        for filter in rule.filters {
            let names = filter.values.map { $0 ?? "(none)" }
            values["labels.\(filter.dimension.rawValue)"] = names.joined(separator: ", ")
        }
        for label in group {
            values["labels.\(label.dimension.rawValue)"] = label.value ?? "(none)"
        }
        return SafeText.part(AlertTemplate.fill(template, with: values), max: 2_000)
    }
}

extension KeyValue {
    /// The name, `nil` for none; rules neither group by time nor ask for the largest groups alone.
    fileprivate var text: String? {
        switch self {
        case .name(let name): name
        case .none, .rest: nil
        case .moment(let moment): String(moment.micros)
        }
    }
}
