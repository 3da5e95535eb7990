import EventStorage
import MetricsEngine
import Presentation

/// Traffic, latency, errors and cost over time.
struct OverviewCharts: Sendable {
    private(set) var charts: [TimeChart]

    init(_ reading: Reading, _ rules: [ThresholdRow]) throws {
        let whole = try reading.series(
            [
                .requestLatencyP50, .requestLatencyP95, .requestLatencyP99,
                .errorRate, .llmErrorRate,
            ]
        )
        charts = [
            try Self.traffic(reading), Self.latency(whole, rules), Self.errors(whole, rules),
            try Self.cost(reading),
        ]
    }

    private static func step(_ axis: TimeAxis) -> String { "per \(axis.dimension.rawValue)" }

    /// Requests by outcome.
    static func traffic(_ reading: Reading) throws -> TimeChart {
        let series = try reading.series(by: .outcome, [.requests])
        let colors = [
            "failed": 0, "completed": 1, "escalated": 3, "abandoned": 4, "unfinished": 5,
            "(none)": 7,
        ]
        var layers = series.layers(.requests, most: 6)
        let order = ["completed", "(none)", "escalated", "abandoned", "unfinished", "failed"]
        layers.sort { left, right in
            // An outcome that is not listed goes on top.
            let ranks = [left, right].map { order.firstIndex(of: $0.name) ?? order.count }
            return ranks[0] < ranks[1]
        }
        for index in layers.indices {
            layers[index].color = colors[layers[index].name] ?? 6
            if layers[index].name == "(none)" { layers[index].name = "no outcome logged" }
        }
        return TimeChart(
            id: "traffic",
            title: "Traffic",
            note: "requests \(step(reading.axis)) by outcome",
            shape: .bars,
            axis: reading.axis,
            series: layers,
            unit: .count
        )
    }

    static func latency(_ series: SeriesReading, _ rules: [ThresholdRow]) -> TimeChart {
        TimeChart(
            id: "latency",
            title: "Latency",
            note: "of requests, percentiles \(step(series.axis))",
            shape: .band,
            axis: series.axis,
            series: [
                series.series(.requestLatencyP50, named: "p50", color: 2),
                series.series(.requestLatencyP95, named: "p95", color: 1),
                series.series(.requestLatencyP99, named: "p99", color: 6),
            ],
            unit: .ms,
            limit: limit(of: .requestLatencyP95, rules)
        )
    }

    static func errors(_ series: SeriesReading, _ rules: [ThresholdRow]) -> TimeChart {
        TimeChart(
            id: "errors",
            title: "Errors",
            note: "share that failed \(step(series.axis))",
            shape: .lines,
            axis: series.axis,
            series: [
                series.series(.errorRate, named: "requests", color: 0),
                series.series(.llmErrorRate, named: "LLM calls", color: 3),
            ],
            unit: .ratio,
            limit: limit(of: .errorRate, rules)
        )
    }

    static func cost(_ reading: Reading) throws -> TimeChart {
        TimeChart(
            id: "cost",
            title: "Cost",
            note: "of LLM calls \(step(reading.axis)) by model",
            shape: .bars,
            axis: reading.axis,
            series: try reading.series(by: .model, [.cost])
                .layers(.cost, most: 5),
            unit: .usd
        )
    }

    /// The threshold of a metric as a whole.
    private static func limit(
        of metric: Metric,
        _ rules: [ThresholdRow]
    ) -> (value: Double, text: String)? {
        guard
            let rule = rules.first(where: {
                $0.isEnabled && $0.metric == metric.name && $0.filter == nil && $0.groupBy == nil
            })
        else { return nil }
        return (rule.threshold, "alert \(rule.condition(metric.unit))")
    }
}
