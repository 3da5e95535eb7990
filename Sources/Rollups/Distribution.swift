/// The known values of one measure: how many, their sum, the least and the greatest, exactly, and a
/// sketch of how they lie.
package struct Distribution: Sendable, Equatable {
    package private(set) var sum: Int128 = 0
    /// Meaningless where there are no values.
    package private(set) var least: Int64 = .max
    package private(set) var most: Int64 = .min
    package private(set) var sketch = Sketch()

    package init() {}

    init(sum: Int128, least: Int64, most: Int64, sketch: Sketch) {
        self.sum = sum
        self.least = least
        self.most = most
        self.sketch = sketch
    }

    package var count: Int64 { sketch.count }

    /// Takes a value of at least 0.
    package mutating func add(_ value: Int64) {
        sum += Int128(value)
        least = min(least, value)
        most = max(most, value)
        sketch.add(value)
    }

    package mutating func merge(_ other: Distribution) {
        guard other.count > 0 else { return }
        sum += other.sum
        least = min(least, other.least)
        most = max(most, other.most)
        sketch.merge(other.sketch)
    }

    /// Takes values out again; gives whether the least or the greatest may have been the last of
    /// its kind, so that it has to be looked up.
    ///
    /// - Throws: `CellError.notContained` where they were not all added.
    package mutating func subtract(_ other: Distribution) throws -> Bool {
        guard other.count > 0 else { return false }
        try sketch.subtract(other.sketch)
        sum -= other.sum
        guard sketch.count > 0 else {
            self = Distribution()
            return false
        }
        guard other.least >= least, other.most <= most else { throw CellError.notContained }
        return other.least == least || other.most == most
    }

    /// Sets what `subtract` left open, from a recount of the same values.
    package mutating func takeExtremes(of recount: Distribution) {
        least = recount.least
        most = recount.most
    }

    /// How many values lie above a limit: exact but for those in the limit's own bin.
    package func count(above limit: Int64) -> Int64 {
        if limit >= most { return 0 }
        return limit < least ? count : sketch.count(above: limit)
    }

    /// The value at a rank from 0 on in thousandths: within 1 %, and the ends exactly.
    package func value(atRank rank: Int64) -> Int128 {
        if rank <= 0 { return Int128(least) * 1_000 }
        if rank >= count - 1 { return Int128(most) * 1_000 }
        let estimate = sketch.estimate(atRank: rank)
        return max(Int128(least) * 1_000, min(Int128(most) * 1_000, estimate))
    }
}

/// How many units know a measure, its sum, the least and the greatest.
package struct Extent: Sendable, Equatable {
    package private(set) var count: Int64 = 0
    package private(set) var sum: Int128 = 0
    package private(set) var least: Int64 = .max
    package private(set) var most: Int64 = .min

    package init() {}

    init(count: Int64, sum: Int128, least: Int64, most: Int64) {
        self.count = count
        self.sum = sum
        self.least = least
        self.most = most
    }

    /// Takes a value of at least 0.
    package mutating func add(_ value: Int64) {
        count += 1
        sum += Int128(value)
        least = min(least, value)
        most = max(most, value)
    }

    package mutating func merge(_ other: Extent) {
        count += other.count
        sum += other.sum
        least = min(least, other.least)
        most = max(most, other.most)
    }

    /// Removes another extent, as `Distribution.subtract` does.
    package mutating func subtract(_ other: Extent) throws -> Bool {
        guard other.count > 0 else { return false }
        guard other.count <= count else { throw CellError.notContained }
        count -= other.count
        sum -= other.sum
        guard count > 0 else {
            guard sum == 0 else { throw CellError.notContained }
            self = Extent()
            return false
        }
        return other.least == least || other.most == most
    }

    package mutating func takeExtremes(of recount: Extent) {
        least = recount.least
        most = recount.most
    }
}

/// How many units know a measure, and its sum.
package struct Total: Sendable, Equatable {
    package private(set) var count: Int64 = 0
    package private(set) var sum: Int128 = 0

    package init() {}

    init(count: Int64, sum: Int128) {
        self.count = count
        self.sum = sum
    }

    /// Takes a value of at least 0.
    package mutating func add(_ value: Int64) {
        count += 1
        sum += Int128(value)
    }

    package mutating func merge(_ other: Total) {
        count += other.count
        sum += other.sum
    }

    /// - Throws: `CellError.notContained` where there are fewer units.
    package mutating func subtract(_ other: Total) throws {
        guard other.count <= count else { throw CellError.notContained }
        count -= other.count
        sum -= other.sum
    }
}
