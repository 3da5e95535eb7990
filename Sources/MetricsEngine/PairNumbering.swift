/// Numbers distinct pairs from 0 in the order of first sight: open addressing over flat arrays.
struct PairNumbering: Sendable {
    private var prefixes: [Int32] = []
    private var codes: [Int64] = []
    /// The number of a pair plus one, or 0 for a free slot; its size is a power of two.
    private var slots = [Int32](repeating: 0, count: 64)

    init() {}

    var count: Int { codes.count }

    /// The codes of all pairs, in the order of their numbers.
    var allCodes: [Int64] { codes }

    /// The pair of a number.
    subscript(number: Int) -> (prefix: Int32, code: Int64) { (prefixes[number], codes[number]) }

    /// The number of a pair, which is added where it is new.
    mutating func number(_ prefix: Int32, _ code: Int64) -> Int32 {
        var slot = slot(prefix, code)
        while slots[slot] != 0 {
            let number = Int(slots[slot] - 1)
            if codes[number] == code, prefixes[number] == prefix { return Int32(number) }
            slot = (slot + 1) & (slots.count - 1)
        }
        prefixes.append(prefix)
        codes.append(code)
        slots[slot] = Int32(codes.count)
        if codes.count * 2 > slots.count { grow() }
        return Int32(codes.count - 1)
    }

    private func slot(_ prefix: Int32, _ code: Int64) -> Int {
        // Fibonacci hashing: the upper half of the product depends on every bit of the pair.
        let mixed = UInt64(bitPattern: code) ^ UInt64(truncatingIfNeeded: prefix) << 40
        let product = mixed &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: product >> 32) & (slots.count - 1)
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for number in codes.indices {
            var slot = slot(prefixes[number], codes[number])
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number + 1)
        }
    }
}
