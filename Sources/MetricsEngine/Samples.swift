/// The known values of one measure in one group, as integers.
struct Samples: Sendable {
    private var values: [Int64] = []
    private var isSorted = false
    /// The largest value among requests that are still open, and how many have one.
    private var openMost: Int64 = .min
    private var openCount: Int64 = 0

    init() {}

    /// Takes the value of a unit in the window.
    mutating func add(_ value: Int64) {
        values.append(value)
        isSorted = false
    }

    /// Takes the value of a request that is still open: it enters the maximum alone.
    mutating func addOpen(_ value: Int64) {
        openMost = max(openMost, value)
        openCount += 1
    }

    var count: Int64 { Int64(values.count) }

    /// How many values lie above a limit.
    func count(above limit: Int64) -> Int64 { Int64(values.count { $0 > limit }) }

    var sum: Int128 { values.reduce(into: 0) { $0 += Int128($1) } }

    /// The largest value, open requests included.
    func maximum(scale: Int64) -> MetricValue {
        let most = max(isSorted ? values.last ?? .min : values.max() ?? .min, openMost)
        let n = count + openCount
        return .single(n == 0 ? nil : most, scale: scale, n: n)
    }

    func mean(scale: Int64) -> MetricValue { .mean(sum, scale: scale, n: count) }

    /// The exact quantile: linear interpolation between the closest ranks.
    ///
    /// The rank and the weights are integers (thousandths), so that the one rounding is that of
    /// the final division. Where there are fewer values than `least`, the missing ones are 0.
    mutating func quantile(_ share: Double, paddedTo least: Int64, scale: Int64) -> MetricValue {
        guard !values.isEmpty else { return MetricValue(nil, n: 0) }
        sort()
        let total = max(count, least)
        let (rank, thousandths) = (Int128(total - 1) * Int128(Int(share * 1_000 + 0.5)))
            .quotientAndRemainder(dividingBy: 1_000)
        let low = value(atRank: Int64(rank), of: total)
        let high = thousandths == 0 ? low : value(atRank: Int64(rank) + 1, of: total)
        let weighed = Int128(low) * (1_000 - thousandths) + Int128(high) * thousandths
        return .mean(weighed, scale: 1_000 * scale, n: 1).with(n: count)
    }

    /// The sorted values with zeros before them, since no measure is below 0.
    private func value(atRank rank: Int64, of total: Int64) -> Int64 {
        let zeros = total - count
        return rank < zeros ? 0 : values[Int(rank - zeros)]
    }

    private mutating func sort() {
        guard !isSorted else { return }
        RadixSort.sort(&values)
        isSorted = true
    }
}

extension MetricValue {
    /// The same value resting on another number of units.
    fileprivate func with(n: Int64) -> MetricValue { MetricValue(value, n: n, exact: exact) }
}
