import AgentEvents
package import MetricsEngine

/// `report --json`, in the shape that the specification gives.
package enum ReportJSON {
    /// The whole answer as one object.
    package static func value(_ answer: ReportAnswer) -> JSONValue {
        let report = answer.report
        let query = report.query
        let since = query.window.since
        return .object([
            ("since", since == .distantPast ? .null : .time(since)),
            ("until", .time(query.window.until)),
            ("by", .array(query.by.map { .string($0.rawValue) })),
            ("now", .time(query.now)),
            ("groups", .array(report.groups.map { group($0, query) })),
            ("quality", quality(report.quality)),
            ("left_out", .array(report.leftOut.map(leftOut))),
        ])
    }

    private static func group(_ group: MetricGroup, _ query: MetricQuery) -> JSONValue {
        let key = zip(query.by, group.key).map { ($0.rawValue, keyValue($1, query.zone)) }
        let metrics = group.values.map { ($0.metric.name, metric($0.metric, $0.value)) }
        return .object([
            ("key", .object(key.map { (key: $0.0, value: $0.1) })),
            ("metrics", .object(metrics.map { (key: $0.0, value: $0.1) })),
        ])
    }

    private static func keyValue(_ value: KeyValue, _ zone: ZoneOffsets) -> JSONValue {
        switch value {
        case .name(let name): .string(name)
        case .none: .null
        case .moment(let moment): .string(moment.rfc3339(in: zone))
        }
    }

    private static func metric(_ metric: Metric, _ value: MetricValue) -> JSONValue {
        .object([
            ("value", number(value.value)), ("n", .integer(value.n)),
            ("unit", .string(metric.unit.rawValue)), ("exact", .bool(value.exact)),
        ])
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
        .object([
            ("unpriced_calls", .integer(quality.unpricedCalls)),
            ("missing_usage_calls", .integer(quality.missingUsageCalls)),
            ("inconsistent_usage", .integer(quality.inconsistentUsage)),
            ("reused_request_ids", .integer(quality.reusedRequestIDs)),
            ("orphan_events", .integer(quality.orphanEvents)),
            ("folded_names", .integer(quality.foldedNames)),
            ("read", read(quality.read)),
        ])
    }

    private static func read(_ ledger: SourceLedger) -> JSONValue {
        .object([
            ("lines", .integer(ledger.lines)), ("rejected", .integer(ledger.rejected)),
            ("skipped", .integer(ledger.skipped)), ("duplicates", .integer(ledger.duplicates)),
            ("field_errors", .integer(ledger.fieldErrors)),
            ("late_events", .integer(ledger.lateEvents)),
        ])
    }

    private static func leftOut(_ leftOut: LeftOut) -> JSONValue {
        .object([("metric", .string(leftOut.metric)), ("reason", .string(leftOut.reason))])
    }
}
