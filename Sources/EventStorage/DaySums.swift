/// What a store holds of a day (UTC), counted from its rows, to compare two stores by.
package struct DaySums: Sendable, Equatable {
    /// Days since 1970.
    package var day: Int64
    /// Events by their time.
    package var events: Int64 = 0
    /// All input and output tokens of its calls.
    package var tokens: Int64 = 0
    /// Nano-dollars, of its calls.
    package var cost: Int64 = 0
    /// Requests by their end.
    package var requests: Int64 = 0
    /// Nano-dollars, of its requests.
    package var requestCost: Int64 = 0

    package init(day: Int64) { self.day = day }

    /// The days of both lists, as far as they differ; `nil` where one of them has nothing.
    package static func differences(
        _ left: [DaySums],
        _ right: [DaySums]
    ) -> [(day: Int64, left: DaySums?, right: DaySums?)] {
        let lefts = Dictionary(left.map { ($0.day, $0) }) { first, _ in first }
        let rights = Dictionary(right.map { ($0.day, $0) }) { first, _ in first }
        return Set(lefts.keys).union(rights.keys).sorted()
            .filter { lefts[$0] != rights[$0] }
            .map { ($0, lefts[$0], rights[$0]) }
    }

    /// Puts what was counted of events and of requests together, day by day.
    package static func merged(_ parts: [[DaySums]]) -> [DaySums] {
        var days: [Int64: DaySums] = [:]
        for part in parts.joined() {
            var sums = days[part.day] ?? DaySums(day: part.day)
            sums.events += part.events
            sums.tokens += part.tokens
            sums.cost += part.cost
            sums.requests += part.requests
            sums.requestCost += part.requestCost
            days[part.day] = sums
        }
        return days.values.sorted { $0.day < $1.day }
    }
}
