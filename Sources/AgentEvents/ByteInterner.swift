/// Distinct byte strings, numbered from 1 in the order of first sight.
///
/// Open addressing over one arena: interning a string that is already there allocates nothing.
/// Expected O(length) an operation.
package struct ByteInterner: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// `ends[i]` is where string `i` ends; `ends[0]` is 0.
    package private(set) var ends: [Int] = [0]
    /// `hashes[i]` is the stable hash of string `i`; `hashes[0]` is unused.
    package private(set) var hashes: [UInt64] = [0]
    /// Indices of strings, 0 for a free slot.
    ///
    /// Its size is a power of two.
    private var slots = [UInt32](repeating: 0, count: 64)

    package init() {}

    /// How many strings there are; their indices are `1...count`.
    package var count: Int { ends.count - 1 }

    package subscript(index: UInt32) -> ArraySlice<UInt8> {
        bytes[ends[Int(index) - 1]..<ends[Int(index)]]
    }

    /// The number of a string, prefixed with one byte where `prefix` is given.
    package mutating func intern(_ string: UnsafeRawBufferPointer, prefix: UInt8?) -> UInt32 {
        // Any key does; without a prefix all strings of this interner share one.
        let hash = SipHash.hash(string, key: UInt64(prefix ?? 0))
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = slots[slot]
            if hashes[Int(index)] == hash, equals(index, string: string, prefix: prefix) {
                return index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        let index = UInt32(ends.count)
        if let prefix { bytes.append(prefix) }
        bytes.append(contentsOf: string)
        ends.append(bytes.count)
        hashes.append(hash)
        slots[slot] = index
        if ends.count * 2 > slots.count { grow() }
        return index
    }

    private func equals(
        _ index: UInt32,
        string: UnsafeRawBufferPointer,
        prefix: UInt8?
    ) -> Bool {
        bytes.withUnsafeBytes { all in
            var own = UnsafeRawBufferPointer(
                rebasing: all[ends[Int(index) - 1]..<ends[Int(index)]]
            )
            if let prefix {
                guard own.first == prefix else { return false }
                own = UnsafeRawBufferPointer(rebasing: own.dropFirst())
            }
            return own.isEqual(to: string)
        }
    }

    private mutating func grow() {
        var larger = [UInt32](repeating: 0, count: slots.count * 2)
        for index in 1..<UInt32(ends.count) {
            var slot = Int(truncatingIfNeeded: hashes[Int(index)]) & (larger.count - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = index
        }
        slots = larger
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are those of another, eight at a time.
    fileprivate func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        var position = 0
        while position + 8 <= count {
            let own = loadUnaligned(fromByteOffset: position, as: UInt64.self)
            guard own == other.loadUnaligned(fromByteOffset: position, as: UInt64.self) else {
                return false
            }
            position += 8
        }
        while position < count {
            guard self[position] == other[position] else { return false }
            position += 1
        }
        return true
    }
}
