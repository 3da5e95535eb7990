import Synchronization

/// Whether writing to the store works, as far as those who write have seen: it does not from a write that
/// failed until one succeeds.
package final class StoreHealth: Sendable {
    /// Who writes.
    package enum Writer: Sendable, CaseIterable {
        case posts
        case follower
    }

    private let failing = Mutex<Set<Writer>>([])

    package init() {}

    /// Whether the last write of somebody failed.
    package var isFailing: Bool { failing.withLock { !$0.isEmpty } }

    /// Notes how a write ended.
    func note(_ writer: Writer, succeeded: Bool) {
        failing.withLock { failing in
            if succeeded { failing.remove(writer) } else { failing.insert(writer) }
        }
    }
}
