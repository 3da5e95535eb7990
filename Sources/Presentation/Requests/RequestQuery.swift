package import AgentEvents
package import EventStorage
package import MetricsEngine
package import Rollups

/// A question for requests one by one: which of a window, in which order.
package struct RequestQuery: Sendable {
    /// What the list is narrowed to.
    package enum Choice: String, Sendable, CaseIterable {
        case all
        case failed
        case slow
        case expensive
        case looping
        case escalated
        case retried
        case open
    }

    /// The order of the list: the largest first, but for the oldest.
    package enum Order: String, Sendable, CaseIterable {
        case newest
        case oldest
        case latency
        case cost
        case tokens
        case calls

        /// - Throws: `ParameterError` with the nearest order there is.
        package init(named word: String) throws {
            guard let order = Self(rawValue: word) else {
                let known = Self.allCases.map(\.rawValue)
                throw WhereExpression.unknown("order", word: word, known: known)
            }
            self = order
        }
    }

    /// The dimensions by which requests can be filtered: their own, and those of which a call has a value.
    package static let filters = Dimension.allCases.filter { !$0.isTime }
    /// How many of a list can be paged through; further ones are reached by filters or another order.
    package static let deepest = 10_000
    /// The latency above which a request counts as slow, as in `slow_request_rate`.
    private static let slowMicros = 10 * Micros.second
    /// The cost above which a request counts as expensive, as in the default rule, in nano-dollars.
    private static let expensiveNanos: Int64 = 500_000_000

    package var window: TimeWindow
    package var now: Timestamp
    package var filters: [MetricFilter]
    package var choice: Choice
    package var order: Order
    /// What ids or error texts contain; `nil` looks for nothing.
    package var search: RequestSearch?

    /// `order`: `nil` is what the choice suggests.
    package init(
        window: TimeWindow,
        now: Timestamp,
        filters: [MetricFilter] = [],
        choice: Choice = .all,
        order: Order? = nil,
        search: RequestSearch? = nil
    ) {
        self.window = window
        self.now = now
        self.filters = filters
        self.choice = choice
        self.order =
            order ?? (choice == .slow ? .latency : choice == .expensive ? .cost : .newest)
        self.search = search
    }

    /// A part of the list.
    ///
    /// `countsAll`: whether it is read to its end, so that its length is known.
    ///
    /// Linear in the requests of the window, but where the newest come first and nobody counts.
    ///
    /// - Throws: what the store throws.
    package func list(
        from view: any StoreView,
        skipping skipped: Int = 0,
        limit: Int,
        countsAll: Bool = false
    ) throws -> RequestList {
        let filter = try RequestFilter(self, view)
        let ends = try view.endsTasksSince()
        let settings = view.settings
        let listed = ListedRequests(in: window, at: now, settings)
        let wanted = min(skipped + limit, Self.deepest) + 1
        var list = RequestList()
        var kept: [RequestList.Entry] = []
        let collect = { (row: RequestRow) in
            let status = row.status(at: now, endsTasksSince: ends[row.agent], settings: settings)
            let entry = RequestList.Entry(row: row, status: status)
            guard listed.contains(status), matches(entry), filter.passes(entry) else { return }
            list.total += 1
            kept.append(entry)
            // Sorted seldom, so that a long list stays cheap.
            if kept.count > 2 * wanted + 4_096 { kept = best(kept, wanted) }
        }
        let isEnough = { !countsAll && kept.count >= wanted }
        try scan(listed.ended, from: view, until: isEnough, collect)
        kept = best(kept, wanted)
        list.hasMore = kept.count > skipped + limit && skipped + limit < Self.deepest
        list.entries = Array(kept.dropFirst(skipped).prefix(limit))
        return list
    }

    private func best(_ entries: [RequestList.Entry], _ count: Int) -> [RequestList.Entry] {
        Array(entries.sorted(by: precedes).prefix(count))
    }

    private func precedes(_ left: RequestList.Entry, _ right: RequestList.Entry) -> Bool {
        let (one, other) = (size(left), size(right))
        if one != other { return one > other }
        return (left.row.endedAt, left.row.key, left.row.part)
            > (right.row.endedAt, right.row.key, right.row.part)
    }

    /// Unknown is less than everything.
    private func size(_ entry: RequestList.Entry) -> Int64 {
        switch order {
        case .newest: entry.row.endedAt.micros
        case .oldest: -entry.row.endedAt.micros
        case .latency: entry.status.latency ?? -1
        case .cost: entry.row.cost.value ?? -1
        case .tokens: entry.row.tokens ?? -1
        case .calls: entry.row.llmCalls + entry.row.toolCalls
        }
    }

    private func matches(_ entry: RequestList.Entry) -> Bool {
        switch choice {
        case .all: true
        case .failed: entry.status.failed
        // Unknown is neither slow nor expensive.
        case .slow: entry.status.latency.map { $0 > Self.slowMicros } ?? false
        case .expensive: entry.row.cost.value.map { $0 > Self.expensiveNanos } ?? false
        case .looping: entry.row.isLooping
        case .escalated: entry.status.escalated
        case .retried: entry.row.retryEvents > 0
        case .open: entry.status.outcome == .open
        }
    }

    /// Goes through the requests that may be in the window, the newest stretch first where the order
    /// allows to stop early.
    private func scan(
        _ ended: TimeWindow,
        from view: any StoreView,
        until isEnough: () -> Bool,
        _ body: (RequestRow) -> Void
    ) throws {
        let floor = max(ended.since, .earliestAccepted)
        var until = ended.until
        // A busy log has thousands of requests a second, and a list shows fifty.
        var length = order == .newest ? Micros.second : until.micros - floor.micros
        while until > floor {
            let since = max(until - max(length, 1), floor)
            let window = TimeWindow(since: since, until: until)
            try view.forEachRequest(endedIn: window, of: .all) { rows in
                for row in rows { body(row) }
            }
            if order == .newest, isEnough() { return }
            (until, length) = (since, length * 4)
        }
    }
}

/// A part of a list of requests.
package struct RequestList: Sendable {
    /// A request as it is at the time of the list.
    package struct Entry: Sendable {
        package var row: RequestRow
        package var status: RequestStatus
    }

    package var entries: [Entry] = []
    /// Whether there are further ones that can be paged to.
    package var hasMore = false
    /// How many were seen; all there are where they were to be counted.
    package var total = 0
}
