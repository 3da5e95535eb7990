/// The bytes of a cell as they are stored.
///
/// Numbers are LEB128 varints: seven bits a byte, the low ones first, up to 112 bits. What follows
/// from something else is not stored; equal cells have equal bytes.
///
/// A cell begins with its number of units and a number whose bits say what is unusual in it: its
/// file lists them. A count that is usual is left out, and so is a total that is another one.
///
/// A distribution of a known count has no bytes where that is 0, and its value where that is 1.
/// Else it has the least and most - least; no more where that is 0 or the count 2. With a count of
/// 3 the third value - least follows. With more: the sum - count * least, and where least and most
/// lie in different bins: the number of bins between those two, doubled, plus 1 where the first
/// bin's count is not 1 and follows; and each bin between as its distance from the one before,
/// doubled, plus 1 where a count follows that is not 1. The last bin has the rest of the count.
///
/// An extent is a distribution without bins: with a count of 3 or more the sum - count * least
/// follows.
package struct CellBytes: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Creates the bytes of one cell.
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

    /// A sum of measures, of which none is below 0.
    mutating func put(sum: Int128) {
        var rest = UInt128(truncatingIfNeeded: sum)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The values; their count is stored or known beside them.
    mutating func put(valuesOf distribution: Distribution) {
        guard distribution.count > 0 else { return }
        let (least, most) = (distribution.least, distribution.most)
        put(least)
        guard distribution.count > 1 else { return }
        put(most - least)
        guard distribution.count > 2, most > least else { return }
        guard distribution.count > 3 else {
            return put(sum: distribution.sum - 2 * Int128(least) - Int128(most))
        }
        put(sum: distribution.sum - Int128(distribution.count) * Int128(least))
        put(distribution.sketch)
    }

    mutating func put(valuesOf extent: Extent) {
        guard extent.count > 0 else { return }
        put(extent.least)
        guard extent.count > 1 else { return }
        put(extent.most - extent.least)
        guard extent.count > 2, extent.most > extent.least else { return }
        put(sum: extent.sum - Int128(extent.count) * Int128(extent.least))
    }

    mutating func put(_ total: Total) {
        put(total.count)
        put(sumOf: total)
    }

    mutating func put(sumOf total: Total) {
        if total.count > 0 { put(sum: total.sum) }
    }

    private mutating func put(_ sketch: Sketch) {
        guard sketch.bins.count > 1, let first = sketch.bins.first else { return }
        put(Int64(sketch.bins.count - 2) * 2 + (first.count == 1 ? 0 : 1))
        if first.count != 1 { put(first.count) }
        var previous = first.index
        for bin in sketch.bins.dropFirst().dropLast() {
            put(Int64(bin.index - previous) * 2 + (bin.count == 1 ? 0 : 1))
            if bin.count != 1 { put(bin.count) }
            previous = bin.index
        }
    }
}

/// The bits that say what is unusual in a cell, collected while it is looked at.
struct CellShape {
    private(set) var bits: Int64 = 0
    private var next: Int64 = 0

    /// Notes one bit; gives it back.
    @discardableResult
    mutating func note(_ isUnusual: Bool) -> Bool {
        if isUnusual { bits |= 1 << next }
        next += 1
        return isUnusual
    }

    /// Notes in two bits whether a count is none, all or, as a number, something else.
    mutating func note(_ part: Int64, of all: Int64) {
        note(part != 0 && part == all)
        note(part != 0 && part != all)
    }
}

/// Reads what `CellBytes` wrote; what is no cell is refused and never crashes.
package struct CellReader {
    /// Valid as long as the cell is read.
    private let bytes: UnsafeRawBufferPointer
    private let withSketches: Bool
    private var position = 0

    private init(_ bytes: UnsafeRawBufferPointer, withSketches: Bool) {
        self.bytes = bytes
        self.withSketches = withSketches
    }

    /// A whole cell.
    ///
    /// `withSketches`: else distributions have their count, sum and extremes and no bins, which saves time.
    ///
    /// - Throws: `CellError.malformed`.
    package static func cell<Cell: CellValue>(
        _: Cell.Type,
        in bytes: UnsafeRawBufferPointer,
        withSketches: Bool = true
    ) throws -> Cell {
        var reader = CellReader(bytes, withSketches: withSketches)
        let cell = try Cell(from: &reader)
        guard reader.left == 0 else { throw CellError.malformed }
        return cell
    }

    /// How many bytes were not read yet.
    private var left: Int { bytes.count - position }

    @inline(__always)
    private mutating func nextByte() throws -> UInt8 {
        guard position < bytes.count else { throw CellError.malformed }
        defer { position += 1 }
        return bytes[position]
    }

    /// A number of units: never so large that the counts of many cells overflow together.
    mutating func count() throws -> Int64 {
        let count = try number()
        guard count <= 1 << 48 else { throw CellError.malformed }
        return count
    }

    /// Most numbers take one byte.
    @inline(__always)
    private mutating func number() throws -> Int64 {
        let byte = try nextByte()
        return byte < 0x80 ? Int64(byte) : try number(after: byte)
    }

    private mutating func number(after first: UInt8) throws -> Int64 {
        var value = UInt64(first & 0x7f)
        var shift: UInt64 = 7
        while true {
            let byte = try nextByte()
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                guard value <= UInt64(Int64.max) else { throw CellError.malformed }
                return Int64(value)
            }
            shift += 7
            guard shift <= 56 else { throw CellError.malformed }
        }
    }

    /// A sum that `put(sum:)` wrote.
    mutating func wideSum() throws -> Int128 {
        var value: Int128 = 0
        var shift: Int128 = 0
        while true {
            let byte = try nextByte()
            value |= Int128(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 112 else { throw CellError.malformed }
        }
    }

    /// The values of a distribution of a known count.
    mutating func distribution(of count: Int64) throws -> Distribution {
        guard count > 0 else { return Distribution() }
        let least = try number()
        let most = count == 1 ? least : try sum(least, number())
        guard count > 3, most > least else { return try fewValues(count, least: least, most: most) }
        let total = try Int128(count) * Int128(least) + wideSum()
        let (first, last) = (Sketch.index(of: least), Sketch.index(of: most))
        let sketch: Sketch
        if !withSketches {
            if first != last { try skipBins() }
            sketch = Sketch(countAlone: count)
        } else if first == last {
            sketch = Sketch(bins: [Sketch.Bin(index: first, count: count)])
        } else {
            sketch = Sketch(bins: try bins(first, last: last, count: count))
        }
        return Distribution(sum: total, least: least, most: most, sketch: sketch)
    }

    /// Reads what `bins` reads, and keeps nothing of it.
    private mutating func skipBins() throws {
        let head = try number()
        if head & 1 == 1 { _ = try number() }
        for _ in 0..<(head >> 1) {
            if try number() & 1 == 1 { _ = try number() }
        }
    }

    /// Values that follow from the least, the most and, of three, the one between.
    private mutating func fewValues(
        _ count: Int64,
        least: Int64,
        most: Int64
    ) throws -> Distribution {
        if least == most {
            let bin = Sketch.Bin(index: Sketch.index(of: least), count: count)
            return Distribution(
                sum: Int128(count) * Int128(least),
                least: least,
                most: most,
                sketch: Sketch(bins: [bin])
            )
        }
        var distribution = Distribution()
        distribution.add(least)
        distribution.add(most)
        guard count == 3 else { return distribution }
        let third = try sum(least, number())
        guard third <= most else { throw CellError.malformed }
        distribution.add(third)
        return distribution
    }

    private mutating func bins(
        _ first: Int32,
        last: Int32,
        count: Int64
    ) throws -> [Sketch.Bin] {
        let head = try number()
        let between = head >> 1
        // A bin takes a byte at least.
        guard between <= left else { throw CellError.malformed }
        return try [Sketch.Bin](unsafeUninitializedCapacity: Int(between) + 2) { bins, filled in
            var rest = count
            var index = Int64(first)
            for place in 0...Int(between) {
                let code = place == 0 ? head & 1 : try number()
                let many = code & 1 == 0 ? 1 : try self.count()
                if place > 0 {
                    guard code > 1 else { throw CellError.malformed }
                    index = try sum(index, code >> 1)
                }
                rest -= many
                guard many > 0, rest > 0, index < last else { throw CellError.malformed }
                bins.initializeElement(at: place, to: Sketch.Bin(index: Int32(index), count: many))
            }
            bins.initializeElement(at: Int(between) + 1, to: Sketch.Bin(index: last, count: rest))
            filled = Int(between) + 2
        }
    }

    /// The values of an extent of a known count.
    mutating func extent(of count: Int64) throws -> Extent {
        guard count > 0 else { return Extent() }
        let least = try number()
        let most = count == 1 ? least : try sum(least, number())
        var total = Int128(count) * Int128(least)
        if count == 2 { total = Int128(least) + Int128(most) }
        if count > 2, most > least { total += try wideSum() }
        return Extent(count: count, sum: total, least: least, most: most)
    }

    mutating func total() throws -> Total { try total(of: try count()) }

    /// A total of a known count.
    mutating func total(of count: Int64) throws -> Total {
        count == 0 ? Total() : Total(count: count, sum: try wideSum())
    }

    /// The bits of a `CellShape`, for reading them in the same order.
    mutating func shape() throws -> CellShapeBits { CellShapeBits(rest: try number()) }

    private func sum(_ left: Int64, _ right: Int64) throws -> Int64 {
        let (sum, isOverflown) = left.addingReportingOverflow(right)
        guard !isOverflown else { throw CellError.malformed }
        return sum
    }
}

/// The bits of a `CellShape` one after the other.
struct CellShapeBits {
    fileprivate var rest: Int64 = 0

    mutating func next() -> Bool {
        defer { rest >>= 1 }
        return rest & 1 == 1
    }

    /// Seven bits, the first one lowest.
    mutating func nextSeven() -> Int64 {
        defer { rest >>= 7 }
        return rest & 0x7f
    }

    /// A count that `CellShape.note(_:of:)` noted.
    mutating func part(of all: Int64, _ bytes: inout CellReader) throws -> Int64 {
        let (isAll, isSome) = (next(), next())
        guard isSome else { return isAll ? all : 0 }
        let part = try bytes.count()
        guard !isAll, part <= all else { throw CellError.malformed }
        return part
    }
}
