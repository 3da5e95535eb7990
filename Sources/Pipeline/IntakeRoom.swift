import Synchronization

/// How many posts, and how many bytes of them, may be in memory at once.
package final class IntakeRoom: Sendable {
    private struct Taken {
        var posts = 0
        var bytes = 0
    }

    private let taken = Mutex(Taken())
    private let mostPosts: Int
    private let mostBytes: Int

    /// The bytes are those of the bodies, unpacked.
    package init(posts: Int = 64, bytes: Int = 160 << 20) {
        mostPosts = posts
        mostBytes = bytes
    }

    /// Posts that are being read or wait to be stored.
    package var posts: Int { taken.withLock { $0.posts } }

    /// Bytes of theirs that are in memory.
    package var bytes: Int { taken.withLock { $0.bytes } }

    /// Takes a place for a post; false where there is none.
    package func enter() -> Bool {
        taken.withLock { taken in
            guard taken.posts < mostPosts else { return false }
            taken.posts += 1
            return true
        }
    }

    /// Takes room for more bytes of a post; false where there is none.
    package func take(_ bytes: Int) -> Bool {
        taken.withLock { taken in
            guard taken.bytes + bytes <= mostBytes else { return false }
            taken.bytes += bytes
            return true
        }
    }

    /// Gives back bytes; the place stays taken.
    package func release(_ bytes: Int) { taken.withLock { $0.bytes -= bytes } }

    /// Gives back a place and the bytes that were taken for it.
    package func leave(_ bytes: Int) {
        taken.withLock { taken in
            taken.posts -= 1
            taken.bytes -= bytes
        }
    }
}
