/// SipHash-1-3 (Aumasson and Bernstein, INDOCRYPT 2012): a hash that stays the same from run to run.
///
/// Request ids are found in the store by it, so it can have no per-process seed. Collisions are
/// handled wherever it is used: a hash finds candidates, bytes decide.
package enum SipHash {
    /// The 64-bit hash of bytes under a key whose second half is 0.
    package static func hash(_ bytes: UnsafeRawBufferPointer, key: UInt64 = 0) -> UInt64 {
        var state = State(key: key)
        state.absorbWords(of: bytes, from: 0, to: bytes.count)
        return state.finish(bytes, count: bytes.count)
    }

    /// The hashes of the first `lengths[i]` bytes, in one pass.
    ///
    /// `lengths`: ascending, at most `bytes.count`.
    package static func hashes(
        ofPrefixes lengths: [Int],
        of bytes: UnsafeRawBufferPointer
    ) -> [UInt64] {
        var state = State(key: 0)
        var absorbed = 0
        return lengths.map { length in
            state.absorbWords(of: bytes, from: absorbed, to: length)
            absorbed = length & ~7
            return state.finish(bytes, count: length)
        }
    }

    private struct State {
        var v0: UInt64
        var v1: UInt64
        var v2: UInt64
        var v3: UInt64

        init(key: UInt64) {
            v0 = key ^ 0x736f_6d65_7073_6575
            v1 = 0x646f_7261_6e64_6f6d
            v2 = key ^ 0x6c79_6765_6e65_7261
            v3 = 0x7465_6462_7974_6573
        }

        /// Takes the whole words of a range that begins at one.
        mutating func absorbWords(of bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) {
            var position = start
            while position + 8 <= end {
                let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                absorb(UInt64(littleEndian: word))
                position += 8
            }
        }

        /// The hash of the first `count` bytes, of which all whole words were taken.
        func finish(_ bytes: UnsafeRawBufferPointer, count: Int) -> UInt64 {
            var last = UInt64(truncatingIfNeeded: count) << 56
            var shift: UInt64 = 0
            for position in count & ~7..<count {
                last |= UInt64(bytes[position]) << shift
                shift += 8
            }
            var state = self
            state.absorb(last)
            return state.finish()
        }

        private mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            v0 ^= word
        }

        private mutating func finish() -> UInt64 {
            v2 ^= 0xff
            round()
            round()
            round()
            return v0 ^ v1 ^ v2 ^ v3
        }

        private mutating func round() {
            v0 = v0 &+ v1
            v1 = rotated(v1, 13) ^ v0
            v0 = rotated(v0, 32)
            v2 = v2 &+ v3
            v3 = rotated(v3, 16) ^ v2
            v0 = v0 &+ v3
            v3 = rotated(v3, 21) ^ v0
            v2 = v2 &+ v1
            v1 = rotated(v1, 17) ^ v2
            v2 = rotated(v2, 32)
        }

        private func rotated(_ word: UInt64, _ by: UInt64) -> UInt64 {
            word << by | word >> (64 - by)
        }
    }
}
