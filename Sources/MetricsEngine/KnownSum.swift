import AgentEvents
import Rollups

/// The sum of what is known of a measure, with how many units know it.
struct KnownSum: Sendable {
    private(set) var sum: Int128 = 0
    private(set) var n: Int64 = 0

    init() {}

    /// Adds a value, if there is one.
    mutating func add(_ value: Optional64) {
        guard let value = value.value else { return }
        sum += Int128(value)
        n += 1
    }

    /// Adds what a cell knows.
    mutating func add(_ total: Total) {
        sum += total.sum
        n += total.count
    }

    /// The sum as a count of whole things; at most 4e9 tokens a call keep it within 64 bits.
    var total: MetricValue { .total(Int64(sum), n: n) }
}
