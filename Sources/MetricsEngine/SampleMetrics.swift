/// The quantiles, mean and maximum of one measure, which are defined alike for every measure.
struct SampleMetrics<Family: MetricFamily>: Sendable {
    /// The name before the statistic, as `llm_latency_ms`.
    var name: String
    /// The measure as a heading, as "LLM latency".
    var title: String
    var worse: Metric.Direction?
    var unit: MetricUnit
    var scale: Int64
    /// The measure in words, as "the latency of an LLM call".
    var measure: String
    /// The units that have the measure, as in "LLM calls with a known latency".
    var over: String
    var samples: any WritableKeyPath<Family, Samples> & Sendable

    /// The definitions of some statistics, in that order.
    func definitions(_ statistics: [Statistic]) -> [MetricDefinition<Family>] {
        statistics.map(definition)
    }

    /// The metric that one statistic makes.
    func metric(_ statistic: Statistic) -> Metric { definition(statistic).metric }

    private func definition(_ statistic: Statistic) -> MetricDefinition<Family> {
        let (samples, scale) = (samples, scale)
        switch statistic {
        case .quantile(let share):
            let percent = Int(share * 100 + 0.5)
            return define(
                "p\(percent)",
                statistic: statistic,
                summary: "The \(percent)% quantile of \(measure)."
            ) {
                $0[keyPath: samples].quantile(share, paddedTo: $1.paddedTo, scale: scale)
            }
        case .max:
            return define("max", statistic: statistic, summary: "The largest value of \(measure).")
            {
                family,
                _ in family[keyPath: samples].maximum(scale: scale)
            }
        case .mean:
            return define("avg", statistic: .mean, summary: "The mean of \(measure).") {
                family,
                _ in family[keyPath: samples].mean(scale: scale)
            }
        case .count, .sum, .ratio, .value:
            preconditionFailure("\(name) is made of samples, which have no \(statistic)")
        }
    }

    private func define(
        _ suffix: String,
        statistic: Statistic,
        summary: String,
        value: @escaping @Sendable (inout Family, QueryFacts) -> MetricValue
    ) -> MetricDefinition<Family> {
        MetricDefinition(
            "\(name)_\(suffix)",
            unit,
            statistic,
            summary,
            title: "\(title), \(statistic == .mean ? "mean" : suffix)",
            worse: worse,
            formula: "\(suffix) of \(measure)",
            n: over,
            seesOpen: statistic == .max && Family.level == .request,
            value: value
        )
    }
}

extension Statistic {
    static let p50 = Statistic.quantile(0.50)
    static let p95 = Statistic.quantile(0.95)
    static let p99 = Statistic.quantile(0.99)
}
