import AgentEvents
import EventStorage
import Foundation
import LogTailing
import Logging

/// The rounds of a follower: look at the files, read what came, commit it, tell.
struct FollowLoop {
    private let store: any EventStore
    private let reader: BatchReader<LogFollower>
    private let options: FollowOptions
    private let wakeup: Wakeup
    private let health: StoreHealth
    private let onLook: @Sendable (FollowedFileCount) -> Void
    private let onCommit: @Sendable (FollowProgress) async -> Void
    private let startedAt = SystemClock.now()
    private let clock = ContinuousClock()
    private let hints: FolderWatch?
    private var journal: FollowJournal
    private var lastForeignChanges: Int64?
    /// Why the store can never take a batch any more.
    private var damage: StoreError?
    private var lastBeat: ContinuousClock.Instant?
    private var lastLook: ContinuousClock.Instant?
    private var lastLines: ContinuousClock.Instant

    /// The store is told at least so often that the follower lives.
    private static let beat: Duration = .seconds(5)
    /// The minimum interval between polls, so that busy files are read in batches.
    private static let shortestRound: Duration = .milliseconds(50)
    /// How often in a round another process may come first.
    private static let maxCollisions = 8
    /// How long to wait before a batch is tried again that the store could not take.
    private static let retryDelay: Duration = .milliseconds(500)

    init(
        store: any EventStore,
        reader: BatchReader<LogFollower>,
        options: FollowOptions,
        logger: Logger,
        wakeup: Wakeup,
        health: StoreHealth,
        onLook: @escaping @Sendable (FollowedFileCount) -> Void,
        onCommit: @escaping @Sendable (FollowProgress) async -> Void
    ) {
        self.store = store
        self.reader = reader
        self.options = options
        self.wakeup = wakeup
        self.health = health
        self.onLook = onLook
        self.onCommit = onCommit
        journal = FollowJournal(logger)
        lastLines = clock.now
        hints = FolderWatch(wakeup)
    }

    /// Runs until the wakeup says stop, or until it is idle where that was asked for.
    ///
    /// - Throws: `StoreError` with code `damaged`, since waiting does not help then.
    mutating func run() async throws {
        for await _ in wakeup.looks {
            let roundBegan = clock.now
            if !wakeup.isStopped { await round() }
            if let damage { throw damage }
            if wakeup.isStopped { break }
            if await isIdle() { break }
            // Cancelled is stopped: the loop ends at its head.
            try? await Task.sleep(until: roundBegan + Self.shortestRound)
        }
        await end()
    }

    private mutating func round() async {
        await look()
        var collisions = 0
        var next = await reader.next()
        while let current = next {
            lastLines = clock.now
            async let following = readOn()
            let outcome = await commit(current.batch)
            next = await following
            switch outcome {
            case .stored(let report):
                await confirm(current.batch)
                await tell(current.batch, report)
                collisions = 0
            case .moved:
                collisions += 1
                // Another process is always first, or the database is damaged: wait for the next round.
                if collisions == Self.maxCollisions { return await self.report() }
                next = await rewound()
            case .stopped: return
            }
            await report()
        }
        await report()
    }

    /// Reads the batch after the one that is being stored, unless it is time to stop.
    private func readOn() async -> BatchReader<LogFollower>.Progress? {
        wakeup.isStopped ? nil : await reader.next()
    }

    // MARK: - Storing

    private enum Outcome {
        case stored(CommitReport)
        /// Another process has read one of the files meanwhile.
        case moved
        case stopped
    }

    /// Stores a batch, however long it takes for the store to have room.
    private mutating func commit(_ batch: IngestBatch) async -> Outcome {
        while true {
            do {
                let report = try store.commit(batch, now: SystemClock.now())
                journal.storeWorks()
                health.note(.follower, succeeded: true)
                return .stored(report)
            } catch let error as StoreError where error.code == .moved {
                journal.moved(error)
                return .moved
            } catch {
                journal.storeFails(error)
                health.note(.follower, succeeded: false)
                if let error = error as? StoreError, error.code == .damaged {
                    damage = error
                    return .stopped
                }
            }
            if wakeup.isStopped { return .stopped }
            // Cancelled is stopped: the next try is the last.
            try? await Task.sleep(for: Self.retryDelay)
        }
    }

    /// Tells the reader what it will not have to go back behind.
    private func confirm(_ batch: IngestBatch) async {
        let stored = batch.sources.map(\.position)
        await reader.withQueue { $0.confirm(stored) }
    }

    /// Goes on from where the store says, after another reader moved it.
    private mutating func rewound() async -> BatchReader<LogFollower>.Progress? {
        do {
            let known = try store.positions()
            await reader.withQueue { $0.rewind(to: known) }
            await look()
            return await reader.next()
        } catch {
            journal.storeFails(error)
            return nil
        }
    }

    // MARK: - Looking and telling

    private mutating func look() async {
        lastLook = clock.now
        let now = SystemClock.now()
        let mustReopen = wakeup.takeReopen()
        await learn()
        let folders = await reader.look(at: now, reopening: mustReopen)
        hints?.watch(folders)
    }

    /// Takes over what another process has read, so that its files are known when they turn up
    /// here.
    private mutating func learn() async {
        do {
            let changes = try store.foreignChanges()
            guard changes != lastForeignChanges else { return }
            let known = try store.positions()
            await reader.withQueue { $0.learn(known) }
            lastForeignChanges = changes
        } catch {
            journal.storeFails(error)
        }
    }

    /// Tells the store and the log what has changed; looks again where that is due.
    private mutating func report() async {
        if let lastLook, clock.now - lastLook > options.poll { await look() }
        let news = await reader.takeNews()
        journal.note(news)
        onLook(news.state)
        let now = SystemClock.now()
        do {
            if !news.conditions.isEmpty {
                try store.noteSources(news.conditions.map(SourceNote.init), now: now)
            }
            if lastBeat.map({ clock.now - $0 > Self.beat }) ?? true {  // the first is due at once
                lastBeat = clock.now
                try store.heartbeat(heartbeat(now))
                try store.compactLog()
                health.note(.follower, succeeded: true)
            }
        } catch {
            journal.storeFails(error)
            health.note(.follower, succeeded: false)
        }
    }

    private func heartbeat(_ now: Timestamp) -> FollowerHeartbeat {
        FollowerHeartbeat(
            pid: getpid(),
            startedAt: startedAt,
            lookedAt: now,
            poll: Int64(options.poll / .microseconds(1))
        )
    }

    private mutating func tell(_ batch: IngestBatch, _ report: CommitReport) async {
        var summary = IngestSummary()
        summary.add(batch, report)
        summary.files = batch.sources.count
        let (files, behind) = await reader.withQueue { ($0.count, $0.unreadCount) }
        journal.note(summary.ledger, areAllRead: behind == 0)
        await onCommit(
            FollowProgress(time: SystemClock.now(), summary: summary, files: files, behind: behind)
        )
    }

    private func isIdle() async -> Bool {
        guard let patience = options.untilIdle, clock.now - lastLines >= patience else {
            return false
        }
        return await reader.withQueue { $0.isQuiet }
    }

    private mutating func end() async {
        await reader.withQueue { $0.close() }
        do {
            try store.sync()
            try store.heartbeat(nil)
        } catch {
            journal.storeFails(error)
        }
    }
}

extension SourceNote {
    fileprivate init(_ condition: SourceCondition) {
        self.init(
            condition.position,
            error: condition.problem,
            behindSince: condition.behindSince
        )
    }
}
