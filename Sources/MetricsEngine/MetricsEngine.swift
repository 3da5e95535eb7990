import AgentEvents
package import EventStorage

/// Answers queries from the rows of a store, exactly, or from its rollup cells.
package enum MetricsEngine {
    /// The answer to a query, read as `ReadingPlan` says.
    ///
    /// Cost from rows: at most one pass over the requests of the store and one over the calls of
    /// the window, and less where less is asked. Cost from cells: linear in the cells of the widest
    /// buckets that make up the window.
    ///
    /// - Throws: `TooManyGroups`, `StoreError` with code `pruned` where the answer takes events that are
    ///   gone, and what the store throws.
    package static func report(
        _ query: MetricQuery,
        from snapshot: any StoreSnapshot
    ) throws
        -> MetricReport
    {
        var groups: [MetricGroup] = []
        var report = try report(query, from: snapshot) { groups.append($0) }
        report.groups = groups
        return report
    }

    /// The answer to a query, whose groups are handed over one at a time and are not in the report.
    ///
    /// Memory grows with the number of groups by a few bytes each: with more than `groupsAtOnce`, a
    /// part of them is tallied in each pass over the store.
    ///
    /// - Throws: `TooManyGroups` before the first group, and what the store and `onGroup` throw.
    package static func report(
        _ query: MetricQuery,
        from snapshot: any StoreSnapshot,
        onGroup: (MetricGroup) throws -> Void
    ) throws -> MetricReport {
        let horizon = try snapshot.horizon()
        let query = try query.afterPruning(to: horizon)
        let selection = MetricSelection(query)
        let reading = try ReadingPlan(query, selection.wanted, snapshot)
        let keys = GroupKeys(by: query.by, zone: query.zone).selecting(.first(groupsAtOnce))
        var first = try Tally(selection.wanted, query, reading, keys, snapshot)
        try write(
            &first,
            selection: selection,
            query: query,
            reading: reading,
            from: snapshot,
            onGroup
        )
        var quality = first.quality
        if query.countsQuality { try addStored(to: &quality, query, snapshot) }
        return MetricReport(
            query: query,
            groups: [],
            quality: quality,
            leftOut: selection.leftOut,
            prunedBefore: query.window.since < horizon.rows ? horizon.rows : nil
        )
    }

    /// How many groups are tallied in one pass over the store.
    private static let groupsAtOnce = 16_384

    private static func write(
        _ first: inout Tally,
        selection: MetricSelection,
        query: MetricQuery,
        reading: ReadingPlan,
        from snapshot: any StoreSnapshot,
        _ onGroup: (MetricGroup) throws -> Void
    ) throws {
        let keys = first.keys
        let names = GroupNames(by: query.by, snapshot: snapshot)
        var query = query
        query.countsQuality = false  // the first pass has counted it
        if let limit = query.limit, keys.count > limit {
            let largest = try largest(
                limit,
                keys: keys,
                selection: selection,
                query: query,
                reading: reading,
                from: snapshot
            )
            return try write(
                largest,
                of: keys,
                names: names,
                selection: selection,
                query: query,
                reading: reading,
                from: snapshot,
                onGroup
            )
        }
        if query.limit == nil, let max = query.maxGroups, keys.count > max {
            throw TooManyGroups(count: keys.count, max: max)
        }
        let order = try names.sorted(keys)
        guard keys.count > groupsAtOnce else {
            for group in order {
                try onGroup(try first.group(Int(group), key: names.key(keys.codes(of: Int(group)))))
            }
            return
        }
        for start in stride(from: 0, to: order.count, by: groupsAtOnce) {
            let part = order[start..<min(start + groupsAtOnce, order.count)]
            let chosen = keys.selecting(.places(places(of: part, among: keys.count)))
            var tally = try Tally(selection.wanted, query, reading, chosen, snapshot)
            for (place, group) in part.enumerated() {
                try onGroup(try tally.group(place, key: names.key(keys.codes(of: Int(group)))))
            }
        }
    }

    /// `others`: where the groups that are not listed are tallied.
    private static func places(
        of groups: some Sequence<Int32>,
        among count: Int,
        others: Int32 = -1
    ) -> [Int32] {
        var places = [Int32](repeating: others, count: count)
        for (place, group) in groups.enumerated() { places[Int(group)] = Int32(place) }
        return places
    }

    /// Hands over the largest groups in the order of their keys, then the rest.
    private static func write(
        _ largest: Set<Int32>,
        of keys: GroupKeys,
        names: GroupNames,
        selection: MetricSelection,
        query: MetricQuery,
        reading: ReadingPlan,
        from snapshot: any StoreSnapshot,
        _ onGroup: (MetricGroup) throws -> Void
    ) throws {
        let order = try names.sorted(keys).filter(largest.contains)
        let places = places(of: order, among: keys.count, others: Int32(order.count))
        let chosen = keys.selecting(.places(places))
        var tally = try Tally(selection.wanted, query, reading, chosen, snapshot)
        for (place, group) in order.enumerated() {
            try onGroup(try tally.group(place, key: names.key(keys.codes(of: Int(group)))))
        }
        var rest = try tally.group(order.count, key: query.by.map { _ in .rest })
        rest.restCount = keys.count - order.count
        try onGroup(rest)
    }

    /// The largest groups by the first metric that was asked for; where none was, by the first
    /// count.
    private static func largest(
        _ limit: Int,
        keys: GroupKeys,
        selection: MetricSelection,
        query: MetricQuery,
        reading: ReadingPlan,
        from snapshot: any StoreSnapshot
    ) throws -> Set<Int32> {
        let asked = query.metrics ?? MetricCatalog.all.filter { $0.statistic == .count }
        guard let metric = asked.first(where: selection.wanted.contains) else {
            return Set((0..<Int32(limit)))
        }
        var sizes: [(size: Double, group: Int32)] = []
        let groups = (0..<Int32(keys.count)).map { $0 }
        for start in stride(from: 0, to: groups.count, by: 8 * groupsAtOnce) {
            let part = groups[start..<min(start + 8 * groupsAtOnce, groups.count)]
            let chosen = keys.selecting(.places(places(of: part, among: keys.count)))
            var tally = try Tally([metric], query, reading, chosen, snapshot)
            for (place, group) in part.enumerated() {
                let value = try tally.group(place, key: []).values.first?.value.value?.double
                sizes.append((value ?? -.infinity, group))
            }
            // Of equal ones those that were seen first.
            sizes.sort { ($1.size, $0.group) < ($0.size, $1.group) }
            if sizes.count > limit { sizes.removeSubrange(limit...) }
        }
        return Set(sizes.map(\.group))
    }

    /// Counts of quality that the store keeps itself.
    private static func addStored(
        to quality: inout DataQuality,
        _ query: MetricQuery,
        _ snapshot: any StoreSnapshot
    ) throws {
        let window = query.pastWindow
        // Orphans are no calls: of the dimensions they have those that every event has.
        let shared = query.filters.filter { [.agent, .user, .session].contains($0.dimension) }
        let filter = try UnitFilter(shared, level: .call, names: snapshot)
        let orphans = try snapshot.orphanEvents(in: window)
        quality.orphanEvents = Int64(orphans.count { filter.passes($0) })
        quality.foldedNames = try snapshot.foldedNames()
        quality.read = try snapshot.ledger(readIn: window)
    }
}

/// One pass over the store with what it tallied.
private struct Tally {
    private(set) var keys: GroupKeys
    private var requests: RequestScan
    private var calls: CallScan
    private let ledger: [(metric: Metric, value: MetricValue)]

    init(
        _ wanted: Set<Metric>,
        _ query: MetricQuery,
        _ reading: ReadingPlan,
        _ keys: GroupKeys,
        _ snapshot: any StoreSnapshot
    ) throws {
        self.keys = keys
        requests = try RequestScan(wanted, query, snapshot)
        calls = try CallScan(wanted, query, snapshot)
        try requests.run(query, reading: reading, from: snapshot, keys: &self.keys)
        try calls.run(query, reading: reading.calls, from: snapshot, keys: &self.keys)
        ledger = try Self.ledgerValues(wanted, query: query, from: snapshot, facts: requests.facts)
    }

    /// The group that is tallied at a place.
    mutating func group(_ place: Int, key: [KeyValue]) throws -> MetricGroup {
        let values =
            requests.values(of: place) + calls.values(of: place, facts: requests.facts) + ledger
        return MetricGroup(key: key, values: values)
    }

    var quality: DataQuality {
        var quality = calls.quality
        quality.reusedRequestIDs = requests.reusedRequestIDs
        return quality
    }

    /// Ledger metrics, which have neither groups nor filters.
    private static func ledgerValues(
        _ wanted: Set<Metric>,
        query: MetricQuery,
        from snapshot: any StoreSnapshot,
        facts: QueryFacts
    ) throws -> [(metric: Metric, value: MetricValue)] {
        var tables = MetricCatalog.ledgerFamilies.compactMap { $0.table(for: wanted) }
        guard !tables.isEmpty else { return [] }
        let reading = ReadingUnit(
            ledger: try snapshot.ledger(readIn: query.pastWindow),
            following: try snapshot.following()
        )
        return tables.indices.flatMap { index in
            tables[index].add([reading], isOpen: false, groups: [0])
            return tables[index].values(of: 0, facts: facts)
        }
    }
}
