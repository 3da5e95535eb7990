import AgentEvents
import MetricsEngine
import Presentation

/// A report cut by time, laid along an axis.
struct SeriesReading: Sendable {
    let axis: TimeAxis
    /// The report's groups by the names beside the time, in order of the report; one unnamed where
    /// it is cut by time alone.
    private var names: [KeyValue] = []
    private var rows: [KeyValue: [MetricGroup?]] = [:]

    /// The report is cut by the axis' dimension, and before that by at most one other.
    init(_ report: MetricReport, along axis: TimeAxis) {
        self.axis = axis
        for group in report.groups {
            guard case .moment(let moment)? = group.key.last, let index = axis.index(of: moment)
            else { continue }
            let name = group.key.count > 1 ? group.key[0] : .none
            if rows[name] == nil {
                names.append(name)
                rows[name] = [MetricGroup?](repeating: nil, count: axis.starts.count)
            }
            rows[name]?[index] = group
        }
    }

    /// One metric of the whole.
    func series(_ metric: Metric, named name: String, color: Int) -> ChartSeries {
        ChartSeries(name: name, metric: metric, values: values(metric, .none), color: color)
    }

    /// One metric by name, the largest totals first; what is left is added up as one series.
    ///
    /// `without` leaves a group out.
    ///
    /// Names that are in `others`, of a chart beside this one, keep the colour that they have there.
    func layers(
        _ metric: Metric,
        most: Int,
        without left: KeyValue? = nil,
        like others: [ChartSeries] = []
    ) -> [ChartSeries] {
        let all = names.filter { $0 != left }.map { name in
            ChartSeries(
                name: GroupName.text(name),
                metric: metric,
                values: values(metric, name),
                color: 0
            )
        }.filter(\.hasValues)
        let totals = all.map { series in
            series.values.indices.reduce(0) { $0 + (series.number(at: $1) ?? 0) }  // gaps add none
        }
        let order = all.indices.sorted { (-totals[$0], all[$0].name) < (-totals[$1], all[$1].name) }
        let known = Dictionary(others.map { ($0.name, $0.color) }) { first, _ in first }
        let shown = order.prefix(most).map { all[$0] }
        let taken = Set(shown.compactMap { known[$0.name] })
        var free = (1...6).filter { !taken.contains($0) }[...]
        var layers = shown.map { series in
            var series = series
            series.color = known[series.name] ?? free.popFirst() ?? 6  // six colours, and no more
            return series
        }
        let rest = order.dropFirst(most).map { all[$0] }
        if !rest.isEmpty { layers.append(Self.sum(rest, metric)) }
        return layers
    }

    private func values(_ metric: Metric, _ name: KeyValue) -> [MetricValue?] {
        (rows[name] ?? [MetricGroup?](repeating: nil, count: axis.starts.count)).map { group in
            group?.value(of: metric)
        }
    }

    private static func sum(_ series: [ChartSeries], _ metric: Metric) -> ChartSeries {
        let values = series[0].values.indices.map { index -> MetricValue? in
            let parts = series.compactMap { $0.values[index] }
            guard !parts.isEmpty else { return nil }
            let total = parts.reduce(0) { $0 + ($1.value?.double ?? 0) }  // unknown adds nothing
            return MetricValue(
                .real(total),
                n: parts.reduce(0) { $0 + $1.n },
                exact: parts.allSatisfy(\.exact)
            )
        }
        let name = "\(series.count) others"
        return ChartSeries(name: name, metric: metric, values: values, color: 7)
    }
}
