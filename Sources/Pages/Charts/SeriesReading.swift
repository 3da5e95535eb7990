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
    /// The same of the earlier period, step by step; `nil` where none is compared with.
    private var earlier: [KeyValue: [MetricGroup?]]?

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

    /// Lays an earlier period under this one, its first step under the first.
    mutating func compare(with other: SeriesReading) {
        earlier = other.rows
        names += other.names.filter { rows[$0] == nil }
    }

    /// One metric of the whole.
    func series(_ metric: Metric, named name: String, color: Int) -> ChartSeries {
        series(metric, of: .none, named: name, color: color)
    }

    private func series(
        _ metric: Metric,
        of key: KeyValue,
        named name: String,
        color: Int
    ) -> ChartSeries {
        ChartSeries(
            name: name,
            metric: metric,
            values: values(metric, rows[key]),
            color: color,
            earlier: earlier.map { values(metric, $0[key]) }
        )
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
            series(metric, of: name, named: GroupName.text(name), color: 0)
        }.filter { $0.hasValues || $0.hasEarlierValues }
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

    /// The values of a metric along the axis; without one where there is no step so far on.
    private func values(_ metric: Metric, _ groups: [MetricGroup?]?) -> [MetricValue?] {
        axis.starts.indices.map { index in
            guard let groups, index < groups.count else { return nil }
            return groups[index]?.value(of: metric)
        }
    }

    private static func sum(_ series: [ChartSeries], _ metric: Metric) -> ChartSeries {
        let steps = series[0].values.indices
        let values = steps.map { index in sum(series.map { $0.values[index] }) }
        let earlier = series[0].earlier.map { _ in
            steps.map { index in sum(series.map { $0.earlier?[index] }) }
        }
        let name = series.count == 1 ? series[0].name : "\(series.count) others"
        return ChartSeries(
            name: name,
            metric: metric,
            values: values,
            color: 7,
            earlier: earlier
        )
    }

    private static func sum(_ values: [MetricValue?]) -> MetricValue? {
        let parts = values.compactMap { $0 }
        guard !parts.isEmpty else { return nil }
        let total = parts.reduce(0) { $0 + ($1.value?.double ?? 0) }  // unknown adds nothing
        return MetricValue(
            .real(total),
            n: parts.reduce(0) { $0 + $1.n },
            exact: parts.allSatisfy(\.exact)
        )
    }
}
