/// One row of the `thresholds` table: a rule as it is stored, in the words of `alerts.json`.
///
/// Lengths of time are seconds. `nil` is the rule file's default.
package struct ThresholdRow: Sendable, Equatable, Codable {
    package var name: String
    /// The place of the rule in its file, from 0.
    package var position = 0
    /// `threshold`, `anomaly`, `burn_rate`, or `built_in` where one of those is changed.
    package var type = "threshold"
    package var metric: String
    /// `>`, `>=`, `<` or `<=`.
    package var op: String
    /// The threshold; of a burn rate the factor of its first pair, which is not used.
    package var threshold: Double
    /// The baseline of `anomaly` in seconds, and the minimum change that counts.
    package var baselineSeconds: Int64?
    package var minChange: Double?
    /// The objective of `burn_rate` as a share, and its period in seconds.
    package var objective: Double?
    package var periodSeconds: Int64?
    package var recover: Double?
    /// `15m` and the like, `day` or `month`.
    package var window: String
    /// A JSON object of dimension to value or list of values.
    package var filter: String?
    /// A JSON list of dimensions.
    package var groupBy: String?
    package var minSamples: Int64?
    package var forSeconds: Int64
    package var keepFiringForSeconds: Int64
    package var maxGapSeconds: Int64
    package var evalDelaySeconds: Int64
    /// `ok`, `alert` or `keep`.
    package var onNoData: String
    /// `info`, `warning` or `critical`.
    package var severity: String
    package var summary: String?
    package var description: String?
    package var runbookURL: String?
    /// The latency above which a request counts as slow for `slow_request_rate`, in milliseconds.
    package var slowMillis: Double?
    /// The zone that `day` and `month` windows are cut in.
    package var timezone: String
    package var isEnabled: Bool
    /// A JSON list of names; `nil` is everybody.
    package var receivers: String?
    package var repeatEverySeconds: Int64?

    /// The columns of the table.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, position, type, metric, op, threshold, recover, filter, severity, summary
        case description, timezone, objective, receivers
        case window = "time_window"
        case groupBy = "group_by"
        case minSamples = "min_samples"
        case forSeconds = "for_seconds"
        case keepFiringForSeconds = "keep_firing_for_seconds"
        case maxGapSeconds = "max_gap_seconds"
        case evalDelaySeconds = "eval_delay_seconds"
        case onNoData = "on_no_data"
        case runbookURL = "runbook_url"
        case slowMillis = "slow_ms"
        case isEnabled = "enabled"
        case baselineSeconds = "baseline_seconds"
        case minChange = "min_change"
        case periodSeconds = "period_seconds"
        case repeatEverySeconds = "repeat_every_seconds"
    }

    package init(
        name: String,
        metric: String,
        op: String,
        threshold: Double,
        recover: Double?,
        window: String,
        filter: String?,
        groupBy: String?,
        minSamples: Int64?,
        forSeconds: Int64,
        keepFiringForSeconds: Int64,
        maxGapSeconds: Int64,
        evalDelaySeconds: Int64,
        onNoData: String,
        severity: String,
        summary: String?,
        description: String?,
        runbookURL: String?,
        slowMillis: Double?,
        timezone: String,
        isEnabled: Bool
    ) {
        self.name = name
        self.metric = metric
        self.op = op
        self.threshold = threshold
        self.recover = recover
        self.window = window
        self.filter = filter
        self.groupBy = groupBy
        self.minSamples = minSamples
        self.forSeconds = forSeconds
        self.keepFiringForSeconds = keepFiringForSeconds
        self.maxGapSeconds = maxGapSeconds
        self.evalDelaySeconds = evalDelaySeconds
        self.onNoData = onNoData
        self.severity = severity
        self.summary = summary
        self.description = description
        self.runbookURL = runbookURL
        self.slowMillis = slowMillis
        self.timezone = timezone
        self.isEnabled = isEnabled
    }
}
