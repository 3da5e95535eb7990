/// A small seeded generator (SplitMix64; Steele, Lea, Flood, OOPSLA 2014).
struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// From 0 up to a bound, which is not reached.
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return Int((word ^ word >> 31) % UInt64(bound))
    }
}
