import AgentEvents
package import MetricsEngine

/// The names of groups.
package enum GroupName {
    /// The name, or what stands for having none.
    package static func text(_ key: KeyValue) -> String {
        switch key {
        case .name(let name): name
        case .none: WhereExpression.none
        case .moment(let moment): moment.rfc3339()
        case .rest: WhereExpression.rest
        }
    }
}

extension [MetricGroup] {
    /// The largest by a metric first, unknown values last; equal ones keep their order.
    package func largestFirst(by metric: Metric) -> [MetricGroup] {
        func size(_ group: MetricGroup) -> Double {
            group.value(of: metric)?.value?.double ?? -.infinity  // below every number
        }
        return enumerated().sorted { left, right in
            let sizes = (size(left.element), size(right.element))
            return sizes.0 != sizes.1 ? sizes.0 > sizes.1 : left.offset < right.offset
        }.map(\.element)
    }
}
