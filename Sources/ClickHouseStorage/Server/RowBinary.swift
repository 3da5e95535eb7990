/// Rows in ClickHouse's format RowBinary, as they are added to a table.
///
/// Values follow one another in the order of the columns: integers as they lie in memory, the low byte first; texts
/// and arrays after their length as a LEB128 varint; what may be NULL after a byte that says whether it is.
package struct RowBinaryWriter: Sendable {
    /// With room at its end, so that a value is stored without asking for it byte by byte.
    private var room = [UInt8](repeating: 0, count: 4_096)
    private var count = 0

    package init() {}

    /// What was put.
    package var bytes: [UInt8] { Array(room[..<count]) }

    /// An integer as wide as its column.
    @inline(__always)
    package mutating func put(_ value: some FixedWidthInteger) {
        put(value.bitWidth / 8) { $0.storeBytes(of: value.littleEndian, as: type(of: value)) }
    }

    /// For a column of the type `Nullable`.
    @inline(__always)
    package mutating func put(optional value: (some FixedWidthInteger)?) {
        put(UInt8(value == nil ? 1 : 0))
        if let value { put(value) }
    }

    /// For a column of the type `Nullable(String)`.
    package mutating func put(optionalText text: some Collection<UInt8>) {
        put(UInt8(0))
        put(text: text)
    }

    /// NULL, for a column of any type `Nullable`.
    package mutating func putNull() { put(UInt8(1)) }

    /// For a column of the type `String`, which holds any bytes.
    @inline(__always)
    package mutating func put(text: some Collection<UInt8>) {
        put(length: text.count)
        put(text.count) { $0.copyBytes(from: text) }
    }

    /// For a column of the type `Array`.
    package mutating func put(array values: [some FixedWidthInteger]) {
        put(length: values.count)
        for value in values { put(value) }
    }

    @inline(__always)
    private mutating func put(length: Int) {
        var rest = UInt(length)
        while rest >= 0x80 {
            put(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        put(UInt8(rest))
    }

    /// Stores as many bytes as said.
    @inline(__always)
    private mutating func put(_ length: Int, _ store: (UnsafeMutableRawBufferPointer) -> Void) {
        if room.count - count < length { grow(length) }
        room.withUnsafeMutableBytes { store(.init(rebasing: $0[count..<count + length])) }
        count += length
    }

    private mutating func grow(_ length: Int) {
        room += [UInt8](repeating: 0, count: max(room.count, length))
    }
}

/// Reads one row after the other from an answer in the format RowBinary.
package struct RowBinaryReader {
    /// Why a row cannot be read.
    package enum Problem: Error, Equatable {
        /// Its end is not there yet.
        case incomplete
        /// It is no row of these columns.
        case malformed
    }

    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// An integer as wide as its column.
    package mutating func integer<Value: FixedWidthInteger>(
        _: Value.Type = Value.self
    ) throws -> Value {
        let raw = try take(MemoryLayout<Value>.size)
        return Value(littleEndian: raw.loadUnaligned(as: Value.self))
    }

    /// The value of a column of the type `Nullable`.
    package mutating func optional<Value: FixedWidthInteger>(
        _: Value.Type = Value.self
    ) throws -> Value? {
        switch try integer(UInt8.self) {
        case 0: try integer(Value.self)
        case 1: nil
        default: throw Problem.malformed
        }
    }

    /// The bytes of a text, valid as long as the row is read.
    package mutating func text() throws -> UnsafeRawBufferPointer { try take(length()) }

    /// The bytes of a column of the type `Nullable(String)`, valid as long as the row is read.
    package mutating func optionalText() throws -> UnsafeRawBufferPointer? {
        switch try integer(UInt8.self) {
        case 0: try text()
        case 1: nil
        default: throw Problem.malformed
        }
    }

    /// The values of a column of the type `Array`.
    package mutating func array<Value: FixedWidthInteger>(
        _: Value.Type = Value.self
    ) throws -> [Value] {
        let (bytes, isTooLong) = try length().multipliedReportingOverflow(
            by: MemoryLayout<Value>.size
        )
        guard !isTooLong else { throw Problem.malformed }
        let raw = try take(bytes)
        return stride(from: 0, to: bytes, by: MemoryLayout<Value>.size).map {
            Value(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Value.self))
        }
    }

    private mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count <= bytes.count - position else { throw Problem.incomplete }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    private mutating func length() throws -> Int {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 63, by: 7) {
            let byte = try integer(UInt8.self)
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return Int(value) }
        }
        throw Problem.malformed
    }
}

/// Cuts the parts of an answer into rows, which may begin in one and end in another.
struct RowStream<Row> {
    /// The beginning of a row whose end did not come yet.
    private var rest: [UInt8] = []
    private let decode: (inout RowBinaryReader) throws -> Row

    /// How long a row may be, in bytes.
    static var maxRowBytes: Int { 64 << 20 }

    /// `decode`: reads one row; it is called again for a row whose end was missing.
    init(_ decode: @escaping (inout RowBinaryReader) throws -> Row) { self.decode = decode }

    /// Hands over the rows that end in a part.
    ///
    /// - Throws: `RowBinaryReader.Problem.malformed`, and what `decode` and `body` throw.
    mutating func take(_ part: UnsafeRawBufferPointer, _ body: (Row) throws -> Void) throws {
        if rest.isEmpty {
            let used = try rows(in: part, body)
            rest.append(contentsOf: part[used...])
        } else {
            rest.append(contentsOf: part)
            let used = try rest.withUnsafeBytes { try rows(in: $0, body) }
            rest.removeFirst(used)
        }
        guard rest.count <= Self.maxRowBytes else { throw RowBinaryReader.Problem.malformed }
    }

    /// Ends the answer.
    ///
    /// - Throws: `RowBinaryReader.Problem.incomplete` where a row has begun.
    func end() throws {
        guard rest.isEmpty else { throw RowBinaryReader.Problem.incomplete }
    }

    /// How many bytes the whole rows take.
    private func rows(in bytes: UnsafeRawBufferPointer, _ body: (Row) throws -> Void) throws -> Int
    {
        var reader = RowBinaryReader(bytes)
        while !reader.isAtEnd {
            let begin = reader.position
            let row: Row
            do {
                row = try decode(&reader)
            } catch RowBinaryReader.Problem.incomplete {
                return begin
            }
            // A row without a byte would be read for ever.
            guard reader.position > begin else { throw RowBinaryReader.Problem.malformed }
            try body(row)
        }
        return bytes.count
    }
}
