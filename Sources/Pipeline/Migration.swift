import AgentEvents
import ClickHouseStorage
package import EventStorage
import Foundation
import SQLiteStorage

/// Moves a store from one place to the other: a file to a server, or everything on a server into a file.
///
/// Goes on where an earlier one was broken off, and ends in a comparison of both, day by day.
package struct Migration {
    /// What has come of it.
    package struct Summary: Sendable {
        package var days: Int
        package var sums: DaySums
        /// The days of which the two say something else.
        package var differences: [(day: Int64, source: DaySums?, target: DaySums?)]
    }

    private let source: String
    private let target: String

    /// - Throws: `StoreError` where it is not from a file to a server or back.
    package init(from source: String, to target: String) throws {
        guard StoreChoice.sends(source) != StoreChoice.sends(target) else {
            throw StoreError(
                .refused,
                operation: "moving \(source) to \(target)",
                cause: "one of the two has to be a file and the other one a server",
                hint: "copy a file with `agentwatch backup`"
            )
        }
        (self.source, self.target) = (source, target)
    }

    /// Moves everything.
    ///
    /// `onProgress`: events that are there, of all.
    ///
    /// - Throws: `StoreError`
    package func run(_ onProgress: (Int64, Int64) -> Void) throws -> Summary {
        StoreChoice.sends(target) ? try send(onProgress) : try fetch(onProgress)
    }

    /// Sends a file, which stays this machine's own store.
    private func send(_ onProgress: (Int64, Int64) -> Void) throws -> Summary {
        try requireFile()
        let (store, local) = try StoreChoice.openServer(target, local: source)
        while try store.ship() {
            let progress = try local.sendingProgress()
            onProgress(progress.sent, progress.total)
        }
        try store.shipAll(now: SystemClock.now())
        // What was pruned here stays there, and a request may end in the days after the horizon.
        let horizon = try local.read { try $0.horizon().rows }
        let first = horizon == .distantPast ? .min : horizon.micros / Self.day + 2
        let sent = try store.daySums(of: try local.clusterName()).filter { $0.day >= first }
        return summary(try local.daySums().filter { $0.day >= first }, sent)
    }

    private func requireFile() throws {
        guard !FileManager.default.fileExists(atPath: source) else { return }
        throw StoreError(
            .missing,
            operation: "opening \(source)",
            cause: "there is no such file",
            hint: "name the database that is to be moved with --from"
        )
    }

    /// Reads everything on a server into a file.
    private func fetch(_ onProgress: (Int64, Int64) -> Void) throws -> Summary {
        let (store, local) = try StoreChoice.openServer(source)
        let file = try StoreChoice.openFile(target)
        if try !hasBegun(file, of: store.path), let local {
            try copySettings(from: local, to: file)
        }
        try fetchEvents(of: store, into: file, onProgress)
        let agents = try store.agents()
        try store.read { try file.takePast(of: $0, agents: agents) }
        try fetchLedgers(of: store, into: file)
        if let local { try copyPositions(from: local, to: file) }
        try file.sync()
        return summary(try store.daySums(of: nil), try file.daySums())
    }

    /// Whether a file has some of a server's events; refuses one that has others, of which some may be the same.
    private func hasBegun(_ file: SQLiteStore, of server: String) throws -> Bool {
        let isEmpty = try file.status(now: SystemClock.now()).events == 0
        let hasBegun = try file.positions().contains { $0.path == Self.eventsOf(server) }
        if isEmpty || hasBegun { return hasBegun }
        throw StoreError(
            .refused,
            operation: "moving \(server) to \(target)",
            cause: "the file has events of its own",
            hint: "name a file with --to that does not exist"
        )
    }

    private static func eventsOf(_ server: String) -> String { "\(server) events" }

    /// The rules and receivers of this machine.
    private func copySettings(from local: SQLiteStore, to file: SQLiteStore) throws {
        try file.replaceThresholds(local.thresholds(), receivers: local.receivers())
    }

    /// How far this machine has read its files, so that it goes on there.
    private func copyPositions(from local: SQLiteStore, to file: SQLiteStore) throws {
        let known = try file.positions()
        var batch = IngestBatch()
        batch.sources = try local.positions().filter { position in
            !known.contains { ($0.path, $0.generation) == (position.path, position.generation) }
        }.map { SourceProgress(startOffset: 0, position: $0) }
        _ = try file.commit(batch, now: SystemClock.now())
    }

    private func fetchEvents(
        of store: ClickHouseStore<SQLiteStore>,
        into file: SQLiteStore,
        _ onProgress: (Int64, Int64) -> Void
    ) throws {
        let parts = try store.eventParts(size: Self.eventsAtOnce)
        let total = parts.reduce(0) { $0 + $1.events }
        var mark = try position(Self.eventsOf(store.path), in: file)
        var done: Int64 = 0
        for part in parts {
            defer { done += part.events }
            let end = part.minutes.upperBound * Self.partsOfMinute + part.part + 1
            guard end > mark.offset else { continue }
            let events = try store.events(in: part)
            var batch = IngestBatch()
            batch.events = events.batch
            batch.sources = events.sources.map {
                SourceProgress(startOffset: 0, position: .elsewhere($0))
            }
            batch.sources.append(progress(&mark, to: end))
            _ = try file.commit(batch, now: SystemClock.now())
            onProgress(done + part.events, total)
        }
    }

    private func fetchLedgers(
        of store: ClickHouseStore<SQLiteStore>,
        into file: SQLiteStore
    ) throws {
        var mark = try position("\(store.path) lines", in: file)
        for (minute, ledger) in try store.ledgers() where minute.micros >= mark.offset {
            var batch = IngestBatch()
            batch.sources = [progress(&mark, to: minute.micros + 1)]
            batch.sources[0].ledger = ledger
            _ = try file.commit(batch, now: minute)
        }
    }

    /// Up to where a file has what is on a server; noted like the place up to which a log is read.
    private func position(_ path: String, in file: SQLiteStore) throws -> SourcePosition {
        if let known = try file.positions().first(where: { $0.path == path }) { return known }
        var position = SourcePosition(path: path)
        position.identity = "moved from a server"
        return position
    }

    private func progress(_ mark: inout SourcePosition, to end: Int64) -> SourceProgress {
        let start = mark.offset
        mark.offset = end
        // No file that has a size; what an archive has, is read to its end.
        (mark.size, mark.archiveSize) = (0, 0)
        return SourceProgress(startOffset: start, position: mark)
    }

    private func summary(_ source: [DaySums], _ target: [DaySums]) -> Summary {
        var sums = DaySums(day: 0)
        for day in source {
            var part = day
            part.day = 0
            sums = DaySums.merged([[sums], [part]])[0]
        }
        let differences = DaySums.differences(source, target)
            .map { (day: $0.day, source: $0.left, target: $0.right) }
        return Summary(days: source.count, sums: sums, differences: differences)
    }

    private static let day = 24 * Micros.hour
    private static let eventsAtOnce: Int64 = 20_000
    /// More parts than a minute is cut into.
    private static let partsOfMinute: Int64 = 1 << 20
}
