import AgentEvents
import MetricsEngine

extension MemorySnapshot {
    /// The report over a window in seconds, as seen at its end unless said otherwise.
    func report(
        _ since: Double = -1_000_000,
        _ until: Double = 1_000_000,
        now: Double? = nil,
        by: [Dimension] = [],
        filters: [MetricFilter] = [],
        metrics: [String]? = nil,
        zone: ZoneOffsets = .utc,
        slowMicros: Int64 = 10 * Micros.second,
        precision: AnswerPrecision = .automatic
    ) throws -> MetricReport {
        var query = MetricQuery(
            window: TimeWindow(since: .at(since), until: .at(until)),
            now: .at(now ?? until),
            by: by,
            filters: filters,
            metrics: metrics.map { $0.compactMap(MetricCatalog.metric(named:)) },
            zone: zone,
            slowMicros: slowMicros
        )
        query.precision = precision
        return try MetricsEngine.report(query, from: self)
    }
}

extension MetricReport {
    /// The value of a metric in the group of a key.
    func value(_ metric: String, _ key: KeyValue...) -> MetricValue? {
        groups.first { $0.key == key }?.values.first { $0.metric.name == metric }?.value
    }

    /// The keys of the groups, in order.
    var keys: [[KeyValue]] { groups.map(\.key) }
}

extension MetricValue {
    /// An exact whole number.
    static func whole(_ value: Int64, n: Int64) -> MetricValue {
        MetricValue(.integer(value), n: n)
    }

    /// An exact real number.
    static func real(_ value: Double, n: Int64) -> MetricValue { MetricValue(.real(value), n: n) }

    /// No value.
    static func nothing(n: Int64 = 0) -> MetricValue { MetricValue(nil, n: n) }
}

extension Optional64: ExpressibleByIntegerLiteral {
    /// A known value.
    public init(integerLiteral value: Int64) { self.init(value) }
}

/// Deterministic pseudo-random numbers (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
