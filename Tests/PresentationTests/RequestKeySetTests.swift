import EventStorage
import Testing

struct RequestKeySetTests {
    @Test("It holds what a set holds", arguments: 1...8 as ClosedRange<UInt64>)
    func likeSets(seed: UInt64) {
        var state = seed
        func next(_ top: UInt64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(state >> 33) % Int64(top)
        }
        var (one, other) = (RequestKeySet(), RequestKeySet())
        var (truth, otherTruth): (Set<Int64>, Set<Int64>) = ([], [])
        for _ in 0..<4_000 {
            let (left, right) = (next(9_000) - 5, next(6_000) - 5)
            one.insert(left)
            other.insert(right)
            truth.insert(left)
            otherTruth.insert(right)
        }
        // Hashes, and what only a damaged store has.
        for key: Int64 in [.max, .min, 1 << 40, 1 << 61 | 4_096, -(1 << 61)] {
            one.insert(key)
            truth.insert(key)
        }
        for key: Int64 in [.max, 1 << 61 | 4_096, 1 << 50] {
            other.insert(key)
            otherTruth.insert(key)
        }
        let hashes: [Int64] = [
            .max, .max - 1, .min, 1 << 40, 1 << 50, 1 << 61 | 4_096, 1 << 61, -(1 << 61),
        ]
        let keys = Array(-6...10_000 as ClosedRange<Int64>) + hashes
        #expect(keys.allSatisfy { one.contains($0) == truth.contains($0) }, "seed \(seed)")
        var union = one
        union.formUnion(other)
        #expect(
            keys.allSatisfy { union.contains($0) == truth.union(otherTruth).contains($0) },
            "seed \(seed)"
        )
        one.formIntersection(other)
        truth.formIntersection(otherTruth)
        #expect(keys.allSatisfy { one.contains($0) == truth.contains($0) }, "seed \(seed)")
    }
}
