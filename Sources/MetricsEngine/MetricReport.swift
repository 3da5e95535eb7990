package import AgentEvents

/// A metric's number: counts and sums of integers stay integers.
package enum MetricNumber: Sendable, Equatable {
    case integer(Int64)
    case real(Double)

    /// The number as a `Double`, which above 2^53 rounds an integer.
    package var double: Double {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        }
    }
}

/// The value of a metric in a group, with how much it rests on.
package struct MetricValue: Sendable, Equatable {
    /// `nil` where there was nothing to make a number of.
    package var value: MetricNumber?
    /// How many units the metric's formula ran over.
    package var n: Int64
    /// False for estimates.
    package var exact: Bool

    package init(_ value: MetricNumber?, n: Int64, exact: Bool = true) {
        self.value = value
        self.n = n
        self.exact = exact
    }

    /// The value over no units at all.
    package static let unknown = MetricValue(nil, n: 0)
}

/// The value of a dimension in a group's key.
package enum KeyValue: Sendable, Hashable {
    case name(String)
    /// Its units have no value of the dimension.
    case none
    /// The start of a minute, an hour or a day.
    case moment(Timestamp)
    /// All groups that are not among the largest.
    case rest
}

/// The values of the asked metrics over the units that share a key.
package struct MetricGroup: Sendable {
    /// Parallel to `MetricQuery.by`.
    package var key: [KeyValue]
    /// In catalog order.
    package var values: [(metric: Metric, value: MetricValue)]
    /// How many groups it stands for, where it is the rest.
    package var restCount: Int?
    /// The values of the earlier period, parallel to `values`; `nil` where none is compared with.
    package var earlier: [MetricValue]?

    package init(
        key: [KeyValue],
        values: [(metric: Metric, value: MetricValue)],
        restCount: Int? = nil
    ) {
        self.key = key
        self.values = values
        self.restCount = restCount
    }

    /// The value of a metric, where the group has it.
    package func value(of metric: Metric) -> MetricValue? {
        values.first { $0.metric == metric }?.value
    }
}

extension MetricGroup {
    /// The value of a metric in the earlier period, where one is compared with.
    package func earlierValue(of metric: Metric) -> MetricValue? {
        guard let earlier, let place = values.firstIndex(where: { $0.metric == metric }) else {
            return nil
        }
        return earlier[place]
    }
}

/// What a reader should know of the data before trusting a number made of it.
///
/// Each count is over the window and over those filters that its units can carry.
package struct DataQuality: Sendable, Equatable {
    package var unpricedCalls: Int64 = 0
    package var missingUsageCalls: Int64 = 0
    package var inconsistentUsage: Int64 = 0
    package var reusedRequestIDs: Int64 = 0
    package var orphanEvents: Int64 = 0
    /// Names that rollups keep as one.
    package var foldedNames: Int64 = 0
    /// The lines read in the window.
    package var read = SourceLedger()

    package init() {}
}

/// A metric that the answer lacks, with the reason.
package struct LeftOut: Sendable, Equatable {
    package var metric: String
    package var reason: String

    package init(metric: String, reason: String) {
        self.metric = metric
        self.reason = reason
    }
}

/// Why a query is not answered: it has more groups than were allowed.
package struct TooManyGroups: Error, Sendable, Equatable {
    package var count: Int
    package var max: Int

    package init(count: Int, max: Int) {
        self.count = count
        self.max = max
    }
}

/// The answer to a query.
package struct MetricReport: Sendable {
    package var query: MetricQuery
    /// Sorted by key, `none` last, times ascending, and then the rest; one with an empty key where `by`
    /// is empty.
    package var groups: [MetricGroup]
    package var quality: DataQuality
    package var leftOut: [LeftOut]
    /// The horizon where the window begins before it: from there on back, there are only cells.
    package var prunedBefore: Timestamp?
    /// The earlier period that groups are compared with.
    package var comparedWith: TimeWindow?

    package init(
        query: MetricQuery,
        groups: [MetricGroup],
        quality: DataQuality,
        leftOut: [LeftOut],
        prunedBefore: Timestamp? = nil
    ) {
        self.query = query
        self.groups = groups
        self.quality = quality
        self.leftOut = leftOut
        self.prunedBefore = prunedBefore
    }
}
