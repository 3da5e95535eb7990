/// Chance that is the same for the same seed on every machine (SplitMix64).
struct SeededChance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether something happens that does so in one of `many` cases.
    mutating func once(in many: UInt64) -> Bool { next() % many == 0 }

    /// A number whose logarithm is spread over some octaves: small ones are many, large ones few.
    mutating func skewed(from least: Int64, octaves: UInt64) -> Int64 {
        let octave = min(next() % octaves, next() % octaves)
        let low = least << Int64(octave)
        return low + Int64(next() % UInt64(low))
    }
}
