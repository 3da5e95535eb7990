package import AgentEvents

/// How long to wait before trying again, and when to stop trying.
///
/// Exponential with full jitter: a length drawn evenly from nothing up to a ceiling that doubles
/// with each failure, so that senders that failed together do not come back together.
package struct BackoffPolicy: Sendable, Hashable {
    /// The ceiling after the first failure, in microseconds.
    package var firstCeiling: Int64
    /// What no ceiling exceeds, in microseconds.
    package var maxCeiling: Int64
    /// How long after it was made something that still fails is given up on, in microseconds.
    package var giveUpAfter: Int64

    package init(
        firstCeiling: Int64 = Micros.second,
        maxCeiling: Int64 = 5 * Micros.minute,
        giveUpAfter: Int64 = Micros.day
    ) {
        self.firstCeiling = firstCeiling
        self.maxCeiling = maxCeiling
        self.giveUpAfter = giveUpAfter
    }

    /// The upper bound of the wait after `failures` failures (from 1), in microseconds.
    package func ceiling(afterFailures failures: Int) -> Int64 {
        var ceiling = firstCeiling
        for _ in 1..<max(failures, 1) where ceiling < maxCeiling { ceiling *= 2 }
        return min(ceiling, maxCeiling)
    }

    /// How long to wait, in microseconds.
    ///
    /// - Parameters:
    ///   - failures: how often it has failed, from 1.
    ///   - seed: chance, from outside; the same seed and count give the same length.
    /// - Returns: a length between 0 and the ceiling, which may be reached.
    package func delay(afterFailures failures: Int, seed: UInt64) -> Int64 {
        let width = UInt64(ceiling(afterFailures: failures)) + 1
        let word = Self.mixed(seed &+ UInt64(truncatingIfNeeded: failures) &* 0x9e37_79b9_7f4a_7c15)
        // The high half of the product, which is even to one part in 2^64 / width.
        return Int64(word.multipliedFullWidth(by: width).high)
    }

    /// Whether something made at a time has been tried for long enough.
    package func givesUp(madeAt: Timestamp, now: Timestamp) -> Bool {
        now.micros - madeAt.micros >= giveUpAfter
    }

    /// SplitMix64's output function (Steele, Lea, Flood, OOPSLA 2014).
    private static func mixed(_ seed: UInt64) -> UInt64 {
        var word = seed &+ 0x9e37_79b9_7f4a_7c15
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}
