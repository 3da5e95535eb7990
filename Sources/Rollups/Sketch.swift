/// How often values of one measure fell into each bin of `SketchScale`.
///
/// Integer counts: any order and any partition of the same values give the same bins, and what was
/// added can be taken out again. Values are integers of at least 0; 0 has a bin of its own.
package struct Sketch: Sendable, Equatable {
    /// A bin that is not empty.
    package struct Bin: Sendable, Equatable {
        /// The index in `SketchScale`; -1 holds the zeros.
        package var index: Int32
        package var count: Int64
    }

    /// The bins in order of their index.
    package private(set) var bins: [Bin] = []
    /// How many values there are.
    package private(set) var count: Int64 = 0

    package init() {}

    /// Creates a sketch of stored bins, which are ascending and not empty.
    init(bins: [Bin]) {
        self.bins = bins
        count = bins.reduce(0) { $0 + $1.count }
    }

    /// Creates a sketch that knows how many values there are, and not how they lie.
    init(countAlone count: Int64) { self.count = count }

    /// The bin of a value.
    static func index(of value: Int64) -> Int32 {
        value < 1 ? -1 : Int32(SketchScale.bin(of: value))
    }

    /// Takes a value; what is below 0 counts as 0.
    package mutating func add(_ value: Int64) {
        count += 1
        add(1, at: Self.index(of: value))
    }

    private mutating func add(_ more: Int64, at index: Int32) {
        let place = place(of: index)
        if place < bins.count, bins[place].index == index {
            bins[place].count += more
        } else {
            bins.insert(Bin(index: index, count: more), at: place)
        }
    }

    /// The first bin that is not below an index.
    private func place(of index: Int32) -> Int {
        var (low, high) = (0, bins.count)
        while low < high {
            let middle = (low + high) / 2
            if bins[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Takes the values of another.
    package mutating func merge(_ other: Sketch) {
        if other.bins.count * 8 < bins.count {
            for bin in other.bins { add(bin.count, at: bin.index) }
        } else {
            bins = Self.merged(bins, other.bins)
        }
        count += other.count
    }

    private static func merged(_ left: [Bin], _ right: [Bin]) -> [Bin] {
        guard !left.isEmpty else { return right }
        var merged: [Bin] = []
        merged.reserveCapacity(left.count + right.count)
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if left[i].index < right[j].index {
                merged.append(left[i])
                i += 1
            } else if left[i].index > right[j].index {
                merged.append(right[j])
                j += 1
            } else {
                merged.append(Bin(index: left[i].index, count: left[i].count + right[j].count))
                (i, j) = (i + 1, j + 1)
            }
        }
        merged += left[i...]
        merged += right[j...]
        return merged
    }

    /// Takes values out again.
    ///
    /// - Throws: `CellError.notContained` where they were not all added, with nothing taken out.
    package mutating func subtract(_ other: Sketch) throws {
        var rest = self
        for bin in other.bins {
            let place = rest.place(of: bin.index)
            guard place < rest.bins.count, rest.bins[place].index == bin.index,
                rest.bins[place].count >= bin.count
            else { throw CellError.notContained }
            rest.bins[place].count -= bin.count
            rest.count -= bin.count
            if rest.bins[place].count == 0 { rest.bins.remove(at: place) }
        }
        self = rest
    }

    /// An estimate of the value at a rank from 0 on, in thousandths, within 1 % of it.
    ///
    /// `rank`: below `count`.
    package func estimate(atRank rank: Int64) -> Int128 {
        var passed: Int64 = 0
        for bin in bins {
            passed += bin.count
            if rank < passed {
                return bin.index < 0 ? 0 : SketchScale.estimate(ofBin: Int(bin.index))
            }
        }
        preconditionFailure("rank \(rank) of \(count) values")
    }

    /// How many values lie above a limit: exact but for those in the limit's own bin, which count
    /// where the bin's estimate lies above it.
    package func count(above limit: Int64) -> Int64 {
        precondition(count == 0 || !bins.isEmpty, "the sketch was not read")
        let thousandths = Int128(limit) * 1_000
        return bins.reduce(0) { total, bin in
            guard bin.index >= 0, SketchScale.estimate(ofBin: Int(bin.index)) > thousandths else {
                return total
            }
            return total + bin.count
        }
    }
}

/// What is wrong with a cell.
package enum CellError: Error, Equatable, CustomStringConvertible {
    /// Something was taken out that was never in.
    case notContained
    /// Its bytes are not those of a cell.
    case malformed

    package var description: String {
        switch self {
        case .notContained: "a rollup cell lacks what it should hold"
        case .malformed: "a rollup cell cannot be read"
        }
    }
}
