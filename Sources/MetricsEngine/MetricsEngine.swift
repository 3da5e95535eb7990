package import EventStorage

/// Answers queries from the rows of a store, exactly, or from its rollup cells.
package enum MetricsEngine {
    /// The answer to a query, read as `ReadingPlan` says.
    ///
    /// From rows: at most one pass over the requests of the store and one over the calls of the
    /// window, and less where less is asked. From cells: linear in the cells of the widest buckets
    /// that make up the window. Throws only what the store throws.
    package static func report(
        _ query: MetricQuery,
        from snapshot: any StoreSnapshot
    ) throws
        -> MetricReport
    {
        let plan = QueryPlan(query)
        let reading = try ReadingPlan(query, snapshot)
        var keys = GroupKeys(by: query.by, zone: query.zone)
        var requests = try RequestScan(plan.wanted, query, snapshot)
        var calls = try CallScan(plan.wanted, query, snapshot)
        try requests.run(query, reading, snapshot, &keys)
        try calls.run(query, reading, snapshot, &keys)
        var names = GroupNames(by: query.by, snapshot: snapshot)
        let ledger = try ledgerValues(plan.wanted, query, snapshot, requests.facts)
        var groups: [MetricGroup] = []
        for group in 0..<keys.count {
            let values =
                requests.values(of: group) + calls.values(of: group, facts: requests.facts) + ledger
            groups.append(MetricGroup(key: try names.key(keys.codes(of: group)), values: values))
        }
        groups.sort { GroupNames.precedes($0.key, $1.key) }
        var quality = calls.quality
        quality.reusedRequestIDs = requests.reusedRequestIDs
        if query.countsQuality { try addStored(to: &quality, query, snapshot) }
        return MetricReport(
            query: query,
            groups: groups,
            quality: quality,
            leftOut: plan.leftOut
        )
    }

    /// Ledger metrics, which have neither groups nor filters.
    private static func ledgerValues(
        _ wanted: Set<Metric>,
        _ query: MetricQuery,
        _ snapshot: any StoreSnapshot,
        _ facts: QueryFacts
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
