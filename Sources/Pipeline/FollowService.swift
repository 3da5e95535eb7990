package import AgentEvents
package import EventDecoding
package import EventStorage
import Foundation
import LogTailing
package import Logging
import Pricing
import ServiceLifecycle
import UnixSignals

/// What `tail` is asked for.
package struct FollowOptions: Sendable {
    /// Absolute paths, globs and folders.
    package var patterns: [String]
    /// Where the database lies whose files are not followed.
    package var database: String?
    /// How often the files are looked at.
    package var poll: Duration = .milliseconds(200)
    /// The idle time after which following ends once everything is read; `nil` means never.
    package var untilIdle: Duration?
    /// Files that are there at the start are read from their end on.
    package var fromEnd = false

    package init(patterns: [String]) { self.patterns = patterns }
}

/// What one commit of a follower did.
package struct FollowProgress: Sendable {
    package var time: Timestamp
    /// The counts of this batch.
    package var summary: IngestSummary
    /// How many files are followed.
    package var files: Int
    /// How many of them have lines that are not read yet.
    package var behind: Int
}

/// How many files are followed, told after every look.
package struct FollowedFileCount: Sendable, Equatable {
    package var files: Int
    /// How many of them have lines that are not read yet.
    package var behind: Int

    package init(files: Int, behind: Int) {
        self.files = files
        self.behind = behind
    }
}

/// Follows files into a store until it is told to stop.
///
/// A batch and the positions it reaches commit together, so that being killed at any moment loses
/// nothing that is still in the files and counts nothing twice. Where the store cannot take a batch
/// (another process has it locked, its disk is full), reading stops and the batch is tried again.
package struct FollowService: Service {
    private let store: any EventStore
    private let options: FollowOptions
    private let decoding: DecodingOptions
    private let logger: Logger
    private let wakeup: Wakeup
    private let health: StoreHealth
    private let onLook: @Sendable (FollowedFileCount) -> Void
    private let onCommit: @Sendable (FollowProgress) async -> Void

    /// Follows when it is run.
    ///
    /// `wakeup`: who else may ask for a look. `onLook`: told after every look, also when nothing
    /// came. `onCommit`: told of every batch that was stored.
    package init(
        store: any EventStore,
        options: FollowOptions,
        decoding: DecodingOptions,
        logger: Logger,
        wakeup: Wakeup = Wakeup(),
        health: StoreHealth = StoreHealth(),
        onLook: @escaping @Sendable (FollowedFileCount) -> Void = { _ in },
        onCommit: @escaping @Sendable (FollowProgress) async -> Void
    ) {
        self.store = store
        self.options = options
        self.decoding = decoding
        self.logger = logger
        self.wakeup = wakeup
        self.health = health
        self.onLook = onLook
        self.onCommit = onCommit
    }

    /// Follows until graceful shutdown, or until it is idle where that was asked for.
    ///
    /// - Throws: `StoreError` where the store cannot be read at the start, or is damaged.
    package func run() async throws {
        var follower = LogFollower.Options(options)
        follower.maxOpenFiles = OpenFileLimit.forFollowing
        let reader = BatchReader(
            queue: LogFollower(options: follower, known: try store.positions()),
            limit: .following,
            prices: PriceTable(prices: try store.prices()),
            options: decoding
        )
        var loop = FollowLoop(
            store: store,
            reader: reader,
            options: options,
            logger: logger,
            wakeup: wakeup,
            health: health,
            onLook: onLook,
            onCommit: onCommit
        )
        let wakeup = wakeup
        wakeup.tick(every: options.poll)
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await Self.reopenOnHangup(wakeup) }
                defer { group.cancelAll() }
                try await loop.run()
            }
        } onGracefulShutdown: {
            wakeup.stop()
        }
    }

    private static func reopenOnHangup(_ wakeup: Wakeup) async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) { wakeup.reopen() }
    }
}

extension LogFollower {
    typealias Options = FollowerOptions
}

extension FollowerOptions {
    fileprivate init(_ options: FollowOptions) {
        self.init(patterns: options.patterns)
        fromEnd = options.fromEnd
        written = WrittenFiles(
            paths: options.database.map(StoreChoice.files) ?? [],  // none: a store in memory
            descriptors: [STDOUT_FILENO, STDERR_FILENO]
        )
    }
}

/// How many files a follower may keep open.
enum OpenFileLimit {
    /// A share of what the system allows, since the store and others need some too.
    static var forFollowing: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 64 }
        return min(4_096, max(16, Int(clamping: limit.rlim_cur) / 2 - 32))
    }
}
