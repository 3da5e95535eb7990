import AgentEvents
import Rollups
import Testing

struct RollupBucketTests {
    @Test("Every moment lies in its bucket, before 1970 too", arguments: BucketWidth.allCases)
    func buckets(width: BucketWidth) {
        for micros in [-1, 0, 1, width.length - 1, width.length, -width.length, -width.length - 1] {
            let bucket = width.bucket(holding: Timestamp(micros: micros))
            #expect(width.start(of: bucket).micros <= micros)
            #expect(width.start(of: bucket + 1).micros > micros)
        }
    }

    @Test("A damaged time ends nothing", arguments: BucketWidth.allCases)
    func ends(width: BucketWidth) {
        for micros in [Int64.min, .min + 1, .max] {
            let bucket = width.bucket(holding: Timestamp(micros: micros))
            let start = width.start(of: bucket)
            #expect(start == .distantPast || start.micros <= micros)
            #expect((bucket < 0) == (micros < 0))
        }
    }
}
