import Synchronization

/// The memory that posts may hold together while they arrive and wait to be stored.
///
/// A body that has stopped arriving gives way to one that needs its room, so that half-sent posts keep
/// nobody out.
package final class IngestBudget: Sendable {
    private struct Entry {
        var bytes = 0
        var progressAt: ContinuousClock.Instant
        var isWhole = false
        var revocation: AsyncStream<Never>.Continuation
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var bytes = 0
        var nextID = 0
    }

    private let state = Mutex(State())
    private let maxBytes: Int
    /// A body of which nothing came for this time may be given up for another.
    private static let stall = Duration.seconds(1)

    /// `maxBytes`: of all bodies together, unpacked.
    package init(maxBytes: Int = 160 << 20) { self.maxBytes = maxBytes }

    /// How many posts arrive or wait to be stored.
    package var posts: Int { state.withLock { $0.entries.count } }

    /// How many bytes of theirs are in memory.
    package var bytes: Int { state.withLock { $0.bytes } }

    /// A reservation for one post, without any bytes yet.
    package func open(now: ContinuousClock.Instant = .now) -> Reservation {
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        let id = state.withLock { state in
            state.nextID += 1
            state.entries[state.nextID] = Entry(progressAt: now, revocation: continuation)
            return state.nextID
        }
        return Reservation(budget: self, id: id, revocation: stream)
    }

    /// The part of a budget that one post holds; it is given back when nobody refers to it any more.
    package final class Reservation: Sendable {
        private let budget: IngestBudget
        private let id: Int
        private let revocation: AsyncStream<Never>

        fileprivate init(budget: IngestBudget, id: Int, revocation: AsyncStream<Never>) {
            self.budget = budget
            self.id = id
            self.revocation = revocation
        }

        deinit { budget.close(id) }

        /// Reserves further bytes; false where there is no room, or where this was revoked.
        package func reserve(_ bytes: Int, now: ContinuousClock.Instant = .now) -> Bool {
            budget.reserve(bytes, for: id, now: now)
        }

        /// Says that the body is whole: from now on it waits for us, and is never revoked.
        ///
        /// False where it was revoked before.
        package func complete() -> Bool { budget.complete(id) }

        /// Waits until the room is needed by others.
        package func waitUntilRevoked() async {
            for await _ in revocation {}
        }
    }

    private func reserve(_ bytes: Int, for id: Int, now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            guard state.entries[id] != nil else { return false }
            if state.bytes + bytes > maxBytes { makeRoom(for: bytes, except: id, now, &state) }
            guard state.bytes + bytes <= maxBytes else { return false }
            state.bytes += bytes
            state.entries[id]?.bytes += bytes
            state.entries[id]?.progressAt = now
            return true
        }
    }

    /// Revokes the bodies that have stalled, those first that did so longest ago.
    private func makeRoom(
        for bytes: Int,
        except id: Int,
        _ now: ContinuousClock.Instant,
        _ state: inout State
    ) {
        let stalled = state.entries.filter { other, entry in
            other != id && !entry.isWhole && entry.bytes > 0 && now - entry.progressAt > Self.stall
        }
        for (other, _) in stalled.sorted(by: { $0.value.progressAt < $1.value.progressAt }) {
            guard state.bytes + bytes > maxBytes else { return }
            remove(other, &state)
        }
    }

    private func complete(_ id: Int) -> Bool {
        state.withLock { state in
            state.entries[id]?.isWhole = true
            return state.entries[id] != nil
        }
    }

    private func close(_ id: Int) { state.withLock { remove(id, &$0) } }

    private func remove(_ id: Int, _ state: inout State) {
        guard let entry = state.entries.removeValue(forKey: id) else { return }
        state.bytes -= entry.bytes
        entry.revocation.finish()
    }
}
