import Rollups

/// The known values of one measure in one group, as integers: each of them, or the distribution
/// that cells keep of them.
///
/// Never both: once a distribution is in, single values enter it, too.
struct Samples: Sendable {
    private var values: [Int64] = []
    private var isSorted = false
    private var sketch = Distribution()
    private var usesSketch = false
    /// The extent of measures of which cells keep no distribution; no metric asks for their
    /// quantiles.
    private var extent = Extent()
    /// The largest value among requests that are still open, and how many have one.
    private var openMost: Int64 = .min
    private var openCount: Int64 = 0

    init() {}

    /// Takes the value of a unit in the window.
    mutating func add(_ value: Int64) {
        guard !usesSketch else { return sketch.add(value) }
        values.append(value)
        isSorted = false
    }

    /// Takes the values of a cell.
    mutating func add(_ distribution: Distribution) {
        guard distribution.count > 0 else { return }
        for value in values { sketch.add(value) }
        values = []
        usesSketch = true
        sketch.merge(distribution)
    }

    /// Takes the values of a cell that keeps no distribution of them.
    mutating func add(_ extent: Extent) { self.extent.merge(extent) }

    /// Takes the value of a request that is still open: it enters the maximum alone.
    mutating func addOpen(_ value: Int64) {
        openMost = max(openMost, value)
        openCount += 1
    }

    var count: Int64 { Int64(values.count) + sketch.count + extent.count }

    /// The share of the values that lie above a limit.
    func share(above limit: Int64) -> MetricValue {
        let part = usesSketch ? sketch.count(above: limit) : Int64(values.count { $0 > limit })
        return .ratio(part, of: count).resting(on: count, exact: !usesSketch)
    }

    var sum: Int128 { values.reduce(into: sketch.sum + extent.sum) { $0 += Int128($1) } }

    /// The largest value, open requests included.
    func maximum(scale: Int64) -> MetricValue {
        let single = isSorted ? values.last ?? .min : values.max() ?? .min
        let most = max(single, sketch.most, extent.most, openMost)
        let n = count + openCount
        return .single(n == 0 ? nil : most, scale: scale, n: n)
    }

    func mean(scale: Int64) -> MetricValue { .mean(sum, scale: scale, n: count) }

    /// The quantile: linear interpolation between the closest ranks, whose values are exact or,
    /// from a distribution, each within 1 %.
    ///
    /// The rank and the weights are integers (thousandths), so that the one rounding is that of
    /// the final division. Where there are fewer values than `least`, the missing ones are 0.
    mutating func quantile(_ share: Double, paddedTo least: Int64, scale: Int64) -> MetricValue {
        guard usesSketch || !values.isEmpty else { return MetricValue(nil, n: 0) }
        sort()
        let total = max(count, least)
        let (rank, thousandths) = (Int128(total - 1) * Int128(Int(share * 1_000 + 0.5)))
            .quotientAndRemainder(dividingBy: 1_000)
        let low = value(atRank: Int64(rank), of: total)
        let high = thousandths == 0 ? low : value(atRank: Int64(rank) + 1, of: total)
        let weighed = low * (1_000 - thousandths) + high * thousandths
        // Distributions give thousandths of the unit.
        let steps: Int64 = usesSketch ? 1_000 : 1
        return .mean(weighed, scale: 1_000 * steps * scale, n: 1)
            .resting(on: count, exact: !usesSketch)
    }

    /// The sorted values with zeros before them, since no measure is below 0.
    private func value(atRank rank: Int64, of total: Int64) -> Int128 {
        let zeros = total - count
        if rank < zeros { return 0 }
        return usesSketch
            ? sketch.value(atRank: rank - zeros) : Int128(values[Int(rank - zeros)])
    }

    private mutating func sort() {
        guard !isSorted else { return }
        RadixSort.sort(&values)
        isSorted = true
    }
}

extension MetricValue {
    /// The same value with what it rests on.
    fileprivate func resting(on n: Int64, exact: Bool) -> MetricValue {
        MetricValue(value, n: n, exact: exact || value == nil)
    }
}
