package import AgentEvents
package import MetricsEngine
package import Presentation

/// What a page is asked for, as its address says it.
package struct PageRequest: Sendable {
    /// A name of the address' query with its value, both decoded.
    package struct Item: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The items of the query in the given order.
    package let items: [Item]
    /// When it is asked; also the end of the window unless that lies before.
    package let now: Timestamp
    package let window: TimeWindow
    package let zone: ZoneArgument
    package let filters: [MetricFilter]
    /// The earlier period that is asked to be compared with.
    package let earlier: TimeWindow?

    /// What the window begins with where nothing is said.
    package static let defaultSince = "24h"
    /// Names beside the dimensions that can be filtered by.
    private static let names = [
        "since", "until", "compare", "tz", "sort", "page", "show", "id", "q",
    ]

    /// Reads an address' query.
    ///
    /// `since` and `until` as in the CLI, `all` being everything; `agent=a,b` and the like as
    /// behind `--where`.
    ///
    /// - Throws: `ParameterError`, a sentence for the reader.
    package init(_ items: [Item], now: Timestamp) throws {
        // A form sends its empty fields, too.
        let items = items.filter { !$0.value.isEmpty }
        self.items = items
        self.now = now
        let dimensions = Dimension.allCases.map(\.rawValue)
        for item in items where !Self.names.contains(item.name) && !dimensions.contains(item.name) {
            throw WhereExpression.unknown(
                "parameter",
                word: item.name,
                known: Self.names + dimensions
            )
        }
        var parameters = QueryParameters()
        parameters.zone = try Self.value("tz", items).map { try ZoneArgument($0) }
        let since = Self.value("since", items) ?? Self.defaultSince
        parameters.since = since == "all" ? nil : try TimeExpression(since)
        parameters.until = try Self.value("until", items).map { try TimeExpression($0) }
        parameters.conditions = items.filter { dimensions.contains($0.name) }
            .map { "\($0.name)=\($0.value)" }
        zone = parameters.zone ?? .utc
        filters = try parameters.filters
        let window = try parameters.window(now: now).alignedToMinute(parameters.since)
        let offsets = parameters.offsets
        earlier = try Self.value("compare", items).map { word in
            let comparison = try PeriodComparison(word)
            return window.shifted(
                backBy: try comparison.shift(of: window, now: now, zone: offsets)
            )
        }
        self.window = window
    }

    /// What a command line asks for; nothing links back to it.
    ///
    /// - Throws: `ParameterError`
    package init(_ parameters: QueryParameters, clock: Timestamp) throws {
        items = []
        now = parameters.evaluationTime(clock: clock)
        zone = parameters.zone ?? .utc
        filters = try parameters.filters
        window = try parameters.window(now: now)
        earlier = nil
    }

    /// The last value of a name.
    package func value(_ name: String) -> String? { Self.value(name, items) }

    private static func value(_ name: String, _ items: [Item]) -> String? {
        items.last { $0.name == name }?.value
    }

    /// Which page of a long list, from 1.
    var number: Int { value("page").flatMap { Int($0) }.map { min(max(1, $0), 10_000) } ?? 1 }

    /// Whether the window begins with the first event there is.
    var isUnbounded: Bool { window.since == .distantPast }

    /// Whether the window ends now, so that it goes on.
    var isRunning: Bool { value("until") == nil || value("until") == "now" }

    /// The stretch of the same length before the window.
    var before: TimeWindow? {
        guard !isUnbounded else { return nil }
        let length = window.until.micros - window.since.micros
        return TimeWindow(since: window.since - length, until: window.since)
    }

    /// The same time and filters, for another page.
    var kept: [Item] {
        items.filter { !["sort", "page", "show", "id", "q"].contains($0.name) }
    }

    /// The items with some of them set anew, or taken out; what the list shows begins at its first
    /// page again.
    func items(setting changes: [(name: String, value: String?)]) -> [Item] {
        let names = changes.map(\.name)
        let others = items.filter { !names.contains($0.name) && $0.name != "page" }
        return others + changes.compactMap { change in change.value.map { Item(change.name, $0) } }
    }

    /// The kept items with one more condition.
    func items(choosing dimension: Dimension, _ name: String?) -> [Item] {
        let value = name.map(Self.escaped) ?? WhereExpression.none
        return kept.filter { $0.name != dimension.rawValue } + [Item(dimension.rawValue, value)]
    }

    /// A name as it is written behind `--where`.
    private static func escaped(_ name: String) -> String {
        name.map { ",\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}

extension TimeWindow {
    /// Minutes are counted together: a range that goes back from now begins with a whole one, so that it
    /// is answered from these counts.
    fileprivate func alignedToMinute(_ since: TimeExpression?) -> TimeWindow {
        guard case .ago(let length)? = since, length >= 15 * Micros.minute else { return self }
        return TimeWindow(since: self.since.flooredToMinute, until: until)
    }
}
