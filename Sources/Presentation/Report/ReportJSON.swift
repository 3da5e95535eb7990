import AgentEvents
package import MetricsEngine

/// `report --json`, in the shape that the specification gives.
package enum ReportJSON {
    /// What stands before the groups.
    static func head(_ query: MetricQuery, _ earlier: TimeWindow?) -> String {
        let since = query.window.since
        var members: [(String, JSONValue)] = [
            ("since", since == .distantPast ? .null : .time(since)),
            ("until", .time(query.window.until)),
            ("by", .array(query.by.map { .string($0.rawValue) })),
            ("now", .time(query.now)),
        ]
        if let earlier {
            let window: JSONValue = ["since": .time(earlier.since), "until": .time(earlier.until)]
            members.append(("compared_with", window))
        }
        return "{\n" + members.map { JSONWriter.member($0, $1, depth: 1) + ",\n" }.joined()
            + "  \"groups\": ["
    }

    static func group(_ group: MetricGroup, _ query: MetricQuery, isFirst: Bool) -> String {
        let key = zip(query.by, group.key).map { ($0.rawValue, keyValue($1, query.zone)) }
        let metrics = group.values.enumerated().map { place, pair in
            (pair.metric.name, metric(pair.metric, pair.value, before: group.earlier?[place]))
        }
        var members: [(key: String, value: JSONValue)] = [
            ("key", .object(key.map { (key: $0.0, value: $0.1) })),
            ("metrics", .object(metrics.map { (key: $0.0, value: $0.1) })),
        ]
        if let count = group.restCount { members.insert(("groups", .integer(Int64(count))), at: 1) }
        return (isFirst ? "" : ",") + "\n    " + JSONWriter.text(.object(members), depth: 2)
    }

    /// What stands behind the groups.
    static func tail(_ report: MetricReport, isEmpty: Bool) -> String {
        var members = [
            JSONWriter.member("quality", quality(report.quality), depth: 1),
            JSONWriter.member("left_out", .array(report.leftOut.map(leftOut)), depth: 1),
        ]
        if let horizon = report.prunedBefore {
            members.append(JSONWriter.member("pruned_before", .time(horizon), depth: 1))
        }
        return (isEmpty ? "" : "\n  ") + "],\n" + members.joined(separator: ",\n") + "\n}\n"
    }

    private static func keyValue(_ value: KeyValue, _ zone: ZoneOffsets) -> JSONValue {
        switch value {
        case .name(let name): .string(name)
        case .none: .null
        case .moment(let moment): .string(moment.rfc3339(in: zone))
        case .rest: .string(WhereExpression.rest)
        }
    }

    /// Written at once, and piece by piece: a report has thousands of them.
    private static func metric(
        _ metric: Metric,
        _ value: MetricValue,
        before: MetricValue?
    ) -> JSONValue {
        var json = #"{"value": "#
        write(value, to: &json)
        json += #", "unit": ""#
        json += metric.unit.rawValue
        json += value.exact ? #"", "exact": true"# : #"", "exact": false"#
        if let before {
            json += #", "before": {"value": "#
            write(before, to: &json)
            json += before.exact ? #", "exact": true}"# : #", "exact": false}"#
        }
        json += "}"
        return .verbatim(json, isNested: true)
    }

    private static func write(_ value: MetricValue, to json: inout String) {
        switch value.value {
        case .integer(let value): json += String(value)
        case .real(let value): json += JSONWriter.number(value)
        case nil: json += "null"
        }
        json += #", "n": "#
        json += String(value.n)
    }

    /// Integers stay integers.
    package static func number(_ number: MetricNumber?) -> JSONValue {
        switch number {
        case .integer(let value): .integer(value)
        case .real(let value): .real(value)
        case nil: .null
        }
    }

    private static func quality(_ quality: DataQuality) -> JSONValue {
        [
            "unpriced_calls": .integer(quality.unpricedCalls),
            "missing_usage_calls": .integer(quality.missingUsageCalls),
            "inconsistent_usage": .integer(quality.inconsistentUsage),
            "reused_request_ids": .integer(quality.reusedRequestIDs),
            "orphan_events": .integer(quality.orphanEvents),
            "folded_names": .integer(quality.foldedNames),
            "read": read(quality.read),
        ]
    }

    private static func read(_ ledger: SourceLedger) -> JSONValue {
        [
            "lines": .integer(ledger.lines),
            "rejected": .integer(ledger.rejected),
            "skipped": .integer(ledger.skipped),
            "duplicates": .integer(ledger.duplicates),
            "field_errors": .integer(ledger.fieldErrors),
            "late_events": .integer(ledger.lateEvents),
        ]
    }

    private static func leftOut(_ leftOut: LeftOut) -> JSONValue {
        ["metric": .string(leftOut.metric), "reason": .string(leftOut.reason)]
    }
}
