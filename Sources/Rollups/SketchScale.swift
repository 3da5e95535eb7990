/// The logarithmic bins of every sketch: bin `i` holds the integers in `(γ^(i-1), γ^i]`, with
/// `γ = 101/99`, so that `0.99 γ^i` is within 1 % of each of them.
///
/// The scale of DDSketch (Masson, Rim, Lee, VLDB 2019) with a relative accuracy of 0.01. The bounds
/// are made of integers, so that a value falls into the same bin on every machine.
enum SketchScale {
    /// The largest integer of each bin, up to that of `Int64.max`.
    static let bounds: [Int64] = makeBounds()

    /// The bin of a value of at least 1.
    static func bin(of value: Int64) -> Int {
        let octave = 63 - value.leadingZeroBitCount
        // The next bits of the value choose among parts of the octave, so that few bins are left.
        let part =
            octave < partBits ? 0 : Int(truncatingIfNeeded: value >> (octave - partBits)) & 31
        var bin = Int(starts[octave << partBits | part])
        while bounds[bin] < value { bin += 1 }
        return bin
    }

    /// What a value in a bin is taken for, in thousandths: at most 1 % off.
    static func estimate(ofBin bin: Int) -> Int128 { estimates[bin] }

    private static let partBits = 5
    /// The first bin that an octave's part can have.
    private static let starts: [Int32] = makeStarts()
    /// `0.99 γ^i` in thousandths, rounded half up, so that small integers stay within 1 %, too.
    private static let estimates: [Int128] = powers.map { power in
        // 990 times a power has more than 128 bits where the power has all of its own.
        let (whole, rest) = (power >> 62 * 990, (power & (1 << 62 - 1)) * 990)
        return Int128(whole + (rest + 1 << 61) >> 62)
    }

    /// `γ^i` in units of 2^-62, as long as it is below 2^63; the error stays below 1e-15.
    private static let powers: [UInt128] = {
        var powers: [UInt128] = [1 << 62]
        while let last = powers.last, last >> 62 <= UInt128(Int64.max) {
            powers.append(last + last / 99 * 2 + last % 99 * 2 / 99)
        }
        return powers
    }()

    private static func makeBounds() -> [Int64] {
        powers.map { Int64(clamping: $0 >> 62) }
    }

    private static func makeStarts() -> [Int32] {
        var bin = 0
        return (0..<63 << partBits).map { index in
            let (octave, part) = (index >> partBits, Int64(index & 31))
            let low =
                octave < partBits
                ? Int64(1) << octave : Int64(1) << octave + part << (octave - partBits)
            while bounds[bin] < low { bin += 1 }
            return Int32(bin)
        }
    }
}
