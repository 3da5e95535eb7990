import AgentEvents
import MetricsEngine

/// `report --format csv`: a line a number, so that every number comes with its `n`.
package enum ReportCSV {
    /// The first line, as RFC 4180 has it.
    static func head(_ query: MetricQuery, isCompared: Bool) -> String {
        let names = query.by.map(\.rawValue) + ["metric", "value", "n", "unit", "exact"]
        let before = isCompared ? ["before", "before_n", "before_exact"] : []
        return (names + before).joined(separator: ",") + "\r\n"
    }

    /// The lines of a group.
    static func group(_ group: MetricGroup, _ query: MetricQuery) -> String {
        let key = group.key.map { cell($0, query.zone) + "," }.joined()
        return group.values.enumerated().map { place, pair in
            let (metric, value) = pair
            let before = group.earlier.map { earlier in
                ",\(number(earlier[place].value)),\(earlier[place].n),\(earlier[place].exact)"
            }
            return "\(key)\(metric.name),\(number(value.value)),\(value.n),\(metric.unit.rawValue),"
                + "\(value.exact)\(before ?? "")\r\n"
        }.joined()
    }

    private static func cell(_ key: KeyValue, _ zone: ZoneOffsets) -> String {
        switch key {
        case .name(let name): CSVText.quoted(name)
        case .none: ""
        case .moment(let moment): moment.rfc3339(in: zone)
        case .rest: CSVText.quoted(WhereExpression.rest)
        }
    }

    /// Empty where there is no value.
    private static func number(_ number: MetricNumber?) -> String {
        switch number {
        case .integer(let value): String(value)
        case .real(let value): value.isFinite ? "\(value)" : ""
        case nil: ""
        }
    }
}
