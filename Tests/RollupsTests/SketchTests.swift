import Rollups
import Testing

/// What a sketch says of a value.
struct SketchTests {
    @Test(
        "An estimate is within 1 % of its value, to half a thousandth, whatever its magnitude",
        arguments: 0...62
    )
    func accuracy(octave: Int64) {
        var dice = CellDice(seed: UInt64(octave) + 1)
        let low = Int64(1) << octave
        let random = (0..<200).map { _ in Int64.random(in: low...low - 1 + low, using: &dice) }
        for value in [low, low - 1 + low] + random {
            var sketch = Sketch()
            sketch.add(value)
            let error = sketch.estimate(atRank: 0) - Int128(value) * 1_000
            #expect(abs(error) <= Int128(value) * 10 + 1, "\(value)")
        }
    }

    @Test("Zero is exactly zero, and one is 0.99")
    func least() {
        var sketch = Sketch()
        for value in [0, 0, 1, .max] as [Int64] { sketch.add(value) }
        #expect(sketch.estimate(atRank: 0) == 0)
        #expect(sketch.estimate(atRank: 1) == 0)
        #expect(sketch.estimate(atRank: 2) == 990)
        #expect(sketch.count(above: 0) == 2)
    }

    @Test("What lies above a limit is exact outside of the limit's bin")
    func above() {
        var distribution = Distribution()
        for value in 1...1_000 as ClosedRange<Int64> { distribution.add(value) }
        #expect(distribution.count(above: 0) == 1_000)
        #expect(distribution.count(above: 1_000) == 0)
        for limit in 1..<1_000 as Range<Int64> {
            let error = distribution.count(above: limit) - (1_000 - limit)
            // A bin that ends at γ^i holds at most 2 % of it.
            #expect(abs(error) <= limit * 2 / 100 + 1, "\(limit)")
        }
    }
}
