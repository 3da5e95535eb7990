package import AgentEvents
package import EventStorage

/// The answer to a query for a period as long as its window and some time before it, to hold groups
/// against.
package struct EarlierPeriod: Sendable {
    package let window: TimeWindow
    /// By the key that a group of the query has; those that were asked for are gone.
    private var groups: [[KeyValue]: MetricGroup] = [:]
    /// The keys in the order of the report.
    private var order: [[KeyValue]] = []

    /// More groups than these are not kept to be compared with.
    package static let maxGroups = 100_000

    /// The shift is in microseconds and positive; where groups are cut by time it is whole days, hours
    /// or minutes.
    ///
    /// - Throws: `TooManyGroups` where the earlier period has more than can be kept, and what the engine
    ///   throws.
    package init(
        _ query: MetricQuery,
        shiftedBy shift: Int64,
        from snapshot: any StoreSnapshot
    ) throws {
        window = query.window.shifted(backBy: shift)
        var earlier = query
        earlier.window = window
        earlier.countsQuality = false
        // The largest of now need not be those of then.
        earlier.limit = nil
        earlier.maxGroups = Self.maxGroups
        _ = try MetricsEngine.report(earlier, from: snapshot) { group in
            let key = zip(query.by, group.key).map { dimension, value in
                Self.moved(value, dimension, by: shift, zone: query.zone)
            }
            groups[key] = group
            order.append(key)
        }
    }

    /// What a moment of then is called in the window.
    private static func moved(
        _ value: KeyValue,
        _ dimension: Dimension,
        by shift: Int64,
        zone: ZoneOffsets
    ) -> KeyValue {
        guard case .moment(let moment) = value, let length = dimension.length else { return value }
        // Days have 23 to 25 hours: two hours into one is always that one.
        let slack = dimension == .day ? 2 * Micros.hour : 0
        return .moment(zone.start(of: length, holding: moment + shift + slack))
    }

    /// The group with what it was then, which is unknown where nothing had its key.
    package mutating func comparing(_ group: MetricGroup) -> MetricGroup {
        var group = group
        let earlier = groups.removeValue(forKey: group.key)
        group.earlier = group.values.map { metric, _ in
            // What is open is open now, and has no earlier period.
            metric.level == .state ? .unknown : earlier?.value(of: metric) ?? .unknown
        }
        return group
    }

    /// The groups of then that nothing was compared with, without values of now.
    package var others: [MetricGroup] {
        order.compactMap { key in
            guard let earlier = groups[key] else { return nil }
            var group = MetricGroup(key: key, values: earlier.values.map { ($0.metric, .unknown) })
            group.earlier = earlier.values.map(\.value)
            return group
        }
    }
}

extension TimeWindow {
    /// The window of the same length that lies some microseconds earlier.
    package func shifted(backBy shift: Int64) -> TimeWindow {
        TimeWindow(since: since - shift, until: until - shift)
    }
}
