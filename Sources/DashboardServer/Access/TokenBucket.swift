import Synchronization

/// A token bucket: a sustained rate with a burst.
struct TokenBucket: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var left: Double
    private var updatedAt: ContinuousClock.Instant

    /// A full bucket.
    init(perSecond: Double, burst: Double, now: ContinuousClock.Instant) {
        self.perSecond = perSecond
        self.burst = burst
        left = burst
        updatedAt = now
    }

    /// Takes one token; false where none is left.
    mutating func tryAcquire(now: ContinuousClock.Instant) -> Bool {
        refill(now: now)
        guard left >= 1 else { return false }
        left -= 1
        return true
    }

    /// Whether the bucket has refilled, so that it says nothing that a new one would not.
    mutating func isFull(now: ContinuousClock.Instant) -> Bool {
        refill(now: now)
        return left >= burst
    }

    private mutating func refill(now: ContinuousClock.Instant) {
        left = min(burst, left + (now - updatedAt) / .seconds(1) * perSecond)
        updatedAt = now
    }
}

/// One token bucket for all clients together.
final class SharedTokenBucket: Sendable {
    private let bucket: Mutex<TokenBucket>

    init(perSecond: Double, burst: Double) {
        bucket = Mutex(TokenBucket(perSecond: perSecond, burst: burst, now: .now))
    }

    /// Takes one token; false where none is left.
    func tryAcquire() -> Bool { bucket.withLock { $0.tryAcquire(now: .now) } }
}

/// A token bucket for each client address.
///
/// Bounded: above `maxAddresses` the buckets that have refilled are dropped, and where all are in use,
/// all of them, which gives everybody one more burst.
final class AddressTokenBuckets: Sendable {
    private let perSecond: Double
    private let burst: Double
    private let maxAddresses: Int
    private let buckets = Mutex<[String: TokenBucket]>([:])

    init(perSecond: Double, burst: Double, maxAddresses: Int = 4_096) {
        self.perSecond = perSecond
        self.burst = burst
        self.maxAddresses = maxAddresses
    }

    /// Takes one token of an address; false where it has none left.
    func tryAcquire(_ address: String, now: ContinuousClock.Instant = .now) -> Bool {
        buckets.withLock { buckets in
            if buckets[address] == nil, buckets.count >= maxAddresses {
                for (address, var bucket) in buckets where bucket.isFull(now: now) {
                    buckets[address] = nil
                }
                if buckets.count >= maxAddresses { buckets = [:] }
            }
            let new = TokenBucket(perSecond: perSecond, burst: burst, now: now)
            return buckets[address, default: new].tryAcquire(now: now)
        }
    }
}
