/// Sorting of integers digit by digit: O(count) whatever the values, without a worst case that a
/// log could aim at.
///
/// A least-significant-digit radix sort over the distance from the smallest value, 11 bits at a
/// time: latencies of up to half an hour take three passes. Short arrays go to the library's sort.
enum RadixSort {
    private static let bits = 11
    private static let buckets = 1 << bits
    private static let minCount = 1_000

    /// Sorts ascending.
    static func sort(_ values: inout [Int64]) {
        guard values.count >= minCount, let least = values.min(), let most = values.max() else {
            values.sort()
            return
        }
        let spread = UInt64(bitPattern: most &- least)
        let passes = (UInt64.bitWidth - spread.leadingZeroBitCount + bits - 1) / bits
        var other = [Int64](repeating: 0, count: values.count)
        for pass in 0..<passes {
            distribute(values, into: &other, least: least, shift: UInt64(pass * bits))
            swap(&values, &other)
        }
    }

    /// Orders by one digit and keeps the order of equal ones.
    private static func distribute(
        _ source: [Int64],
        into target: inout [Int64],
        least: Int64,
        shift: UInt64
    ) {
        let mask = UInt64(buckets - 1)
        var places = [Int](repeating: 0, count: buckets)
        for value in source {
            places[Int(truncatingIfNeeded: UInt64(bitPattern: value &- least) >> shift & mask)] += 1
        }
        var place = 0
        for bucket in places.indices {
            let size = places[bucket]
            places[bucket] = place
            place += size
        }
        for value in source {
            let bucket = Int(truncatingIfNeeded: UInt64(bitPattern: value &- least) >> shift & mask)
            target[places[bucket]] = value
            places[bucket] += 1
        }
    }
}
