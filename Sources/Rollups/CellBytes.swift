/// The bytes of a cell as they are stored.
///
/// Numbers are LEB128 varints: seven bits a byte, the low ones first. A distribution is 0 where it
/// is empty, 1 and the value where it has one, else 2, least, most - least, the sum as low and high
/// 63 bits, the number of bins, and each bin as its distance from the one before it, doubled, plus 1
/// where a count follows that is not 1.
package struct CellBytes: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Of one cell.
    package init(of cell: some CellValue) { cell.encode(into: &self) }

    /// A number of at least 0.
    mutating func put(_ value: Int64) {
        var rest = UInt64(bitPattern: value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func put(_ distribution: Distribution) {
        switch distribution.count {
        case 0: put(0)
        case 1:
            put(1)
            put(distribution.least)
        default:
            put(2)
            put(distribution.least)
            put(distribution.most - distribution.least)
            putSum(distribution.sum)
            put(distribution.sketch)
        }
    }

    mutating func put(_ extent: Extent) {
        put(extent.count)
        guard extent.count > 0 else { return }
        put(Int64(clamping: extent.sum))  // calls of requests: far from the limit
        put(extent.least)
        put(extent.most - extent.least)
    }

    mutating func put(_ total: Total) {
        put(total.count)
        if total.count > 0 { putSum(total.sum) }
    }

    private mutating func putSum(_ sum: Int128) {
        // No measure is below 0, so no sum is.
        put(Int64(sum & Int128(Int64.max)))
        put(Int64(sum >> 63))
    }

    private mutating func put(_ sketch: Sketch) {
        put(Int64(sketch.bins.count))
        var previous: Int32 = -1
        for bin in sketch.bins {
            let distance = Int64(bin.index - previous) * 2
            put(distance + (bin.count == 1 ? 0 : 1))
            if bin.count != 1 { put(bin.count) }
            previous = bin.index
        }
    }
}

/// Reads what `CellBytes` wrote; what is no cell is refused and never crashes.
package struct CellReader {
    private var bytes: ArraySlice<UInt8>

    package init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    /// A whole cell.
    ///
    /// - Throws: `CellError.malformed`.
    package static func cell<Cell: CellValue>(_: Cell.Type, in bytes: [UInt8]) throws -> Cell {
        var reader = CellReader(bytes)
        let cell = try Cell(from: &reader)
        guard reader.bytes.isEmpty else { throw CellError.malformed }
        return cell
    }

    /// A number of units: never so large that the counts of many cells overflow together.
    mutating func count() throws -> Int64 {
        let count = try number()
        guard count <= 1 << 48 else { throw CellError.malformed }
        return count
    }

    private mutating func number() throws -> Int64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                guard value <= UInt64(Int64.max) else { throw CellError.malformed }
                return Int64(value)
            }
            shift += 7
            guard shift <= 56 else { throw CellError.malformed }
        }
        throw CellError.malformed
    }

    mutating func distribution() throws -> Distribution {
        switch try count() {
        case 0: return Distribution()
        case 1:
            var distribution = Distribution()
            distribution.add(try number())
            return distribution
        case 2: return try manyValues()
        default: throw CellError.malformed
        }
    }

    private mutating func manyValues() throws -> Distribution {
        let least = try number()
        let most = try sum(least, number())
        let sum = try wideSum()
        let distribution = Distribution(sum: sum, least: least, most: most, sketch: try sketch())
        guard distribution.sketch.bins.first?.index == Sketch.index(of: least),
            distribution.sketch.bins.last?.index == Sketch.index(of: most)
        else { throw CellError.malformed }
        return distribution
    }

    mutating func extent() throws -> Extent {
        let count = try count()
        guard count > 0 else { return Extent() }
        let total = try number()
        let least = try number()
        return Extent(
            count: count,
            sum: Int128(total),
            least: least,
            most: try sum(least, number())
        )
    }

    mutating func total() throws -> Total {
        let count = try count()
        return count == 0 ? Total() : Total(count: count, sum: try wideSum())
    }

    private mutating func wideSum() throws -> Int128 {
        let low = try number()
        return Int128(low) + Int128(try count()) << 63
    }

    private mutating func sketch() throws -> Sketch {
        let count = try count()
        // A bin takes a byte at least.
        guard count > 0, count <= bytes.count else { throw CellError.malformed }
        var bins: [Sketch.Bin] = []
        bins.reserveCapacity(Int(count))
        var (index, total): (Int64, Int64) = (-1, 0)
        for place in 0..<count {
            let code = try number()
            index = try sum(index, code >> 1)
            let many = code & 1 == 0 ? 1 : try self.count()
            guard place == 0 || code > 1, many > 0, index < SketchScale.bounds.count else {
                throw CellError.malformed
            }
            total = try sum(total, many)
            bins.append(Sketch.Bin(index: Int32(index), count: many))
        }
        return Sketch(bins: bins)
    }

    private func sum(_ left: Int64, _ right: Int64) throws -> Int64 {
        let (sum, isOverflown) = left.addingReportingOverflow(right)
        guard !isOverflown else { throw CellError.malformed }
        return sum
    }
}
