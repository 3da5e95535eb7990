import MetricsEngine

/// `report --format csv`: a line a number, so that every number comes with its `n`.
package enum ReportCSV {
    /// RFC 4180, with a head.
    package static func text(_ answer: ReportAnswer) -> String {
        let query = answer.report.query
        let head = query.by.map(\.rawValue) + ["metric", "value", "n", "unit", "exact"]
        var lines = [head.joined(separator: ",")]
        for group in answer.report.groups {
            let key = group.key.map { cell($0, query.zone) }
            for (metric, value) in group.values {
                let cells = [
                    metric.name, number(value.value), String(value.n), metric.unit.rawValue,
                    value.exact ? "true" : "false",
                ]
                lines.append((key + cells).joined(separator: ","))
            }
        }
        return lines.map { $0 + "\r\n" }.joined()
    }

    private static func cell(_ key: KeyValue, _ zone: ZoneOffsets) -> String {
        switch key {
        case .name(let name): quoted(name)
        case .none: ""
        case .moment(let moment): moment.rfc3339(in: zone)
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

    /// A name in quotes; a space before what a spreadsheet would take for a formula.
    private static func quoted(_ name: String) -> String {
        let isFormula = name.first.map { "=+-@\t\r".contains($0) } ?? false  // empty is none
        return "\"\(isFormula ? " " : "")\(name.replacing("\"", with: "\"\""))\""
    }
}
