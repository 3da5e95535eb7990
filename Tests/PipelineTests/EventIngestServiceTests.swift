import AgentEvents
import EventStorage
import Foundation
import Pipeline
import Pricing
import Synchronization
import Testing

/// When posts are answered, against a real store that notes what is asked of it.
struct EventIngestServiceTests {
    @Test("Posts that wait together are answered together, after one sync of all of them")
    func grouped() async throws {
        let folder = try Folder()
        let store = NotingStore(try StoreChoice.openForWriting(folder.path + "/a.db"))
        let ingest = EventIngestService(store: store) { "\($0.ledger.events)" }
        // All of them wait before the first is stored.
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let reservation = ingest.budget.open()
                    let answer = try await ingest.submit(
                        Self.body(number),
                        key: nil,
                        reservation: reservation
                    )
                    store.note(.answer)
                    return answer.text
                }
            }
            while ingest.waiting < 20 { await Task.yield() }
            let running = Task { try await ingest.run() }
            var answers: [String] = []
            for try await answer in group { answers.append(answer) }
            running.cancel()
            return answers
        }
        #expect(answers == Array(repeating: "1", count: 20))
        let calls = store.calls
        #expect(calls.count { $0 == .commit } == 20)
        let syncs = calls.count { $0 == .sync }
        #expect(syncs >= 1 && syncs < 20)
        // Nobody is answered before what was stored for them was synced.
        var (committed, synced, answered) = (0, 0, 0)
        for call in calls {
            switch call {
            case .commit: committed += 1
            case .sync: synced = committed
            case .answer: answered += 1
            }
            #expect(answered <= synced)
        }
    }

    @Test("Where the sync fails, nobody is told that the post is stored")
    func failed() async throws {
        let folder = try Folder()
        let store = NotingStore(
            try StoreChoice.openForWriting(folder.path + "/a.db"),
            failsToSync: true
        )
        let ingest = EventIngestService(store: store) { "\($0.ledger.events)" }
        let running = Task { try await ingest.run() }
        await #expect {
            _ = try await ingest.submit(
                Self.body(1),
                key: nil,
                reservation: ingest.budget.open()
            )
        } throws: { error in
            guard
                case .partlyStored(let progress, _, let cause)? =
                    error as? EventIngestService.Refusal
            else { return false }
            return progress.ledger.events == 1 && (cause as? StoreError)?.code == .io
        }
        running.cancel()
    }

    private static func body(_ number: Int) -> PostedBytes {
        let line =
            #"{"event":"tool_call","request_id":"r\#(number)","tool":"t","timestamp":1767600000}"#
        var body = PostedBytes()
        Array(line.utf8).withUnsafeBytes { body.append($0) }
        return body
    }

    /// A folder that goes with the test.
    private final class Folder {
        let path = NSTemporaryDirectory() + "ingest-service-\(UUID().uuidString)"

        init() throws {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }  // a leftover harms nobody
    }
}

/// A store that notes when it commits and when it syncs, and passes everything on.
private final class NotingStore: EventStore {
    enum Call: Sendable { case commit, sync, answer }

    private let store: any EventStore
    private let failsToSync: Bool
    private let noted = Mutex<[Call]>([])

    init(_ store: any EventStore, failsToSync: Bool = false) {
        self.store = store
        self.failsToSync = failsToSync
    }

    var calls: [Call] { noted.withLock { $0 } }

    func note(_ call: Call) { noted.withLock { $0.append(call) } }

    var path: String { store.path }

    func commit(_ batch: IngestBatch, now: Timestamp) throws -> CommitReport {
        defer { note(.commit) }
        return try store.commit(batch, now: now)
    }

    func syncLog() throws {
        if failsToSync {
            throw StoreError(.io, operation: "syncing", cause: "no power", hint: "none")
        }
        try store.syncLog()
        Thread.sleep(forTimeInterval: 0.1)  // a slow disk, which is worth waiting for others
        note(.sync)
    }

    func receipt(key: String) throws -> StoredReceipt? { try store.receipt(key: key) }
    func newestEventNumber() throws -> Int64 { try store.newestEventNumber() }
    func forEachCall(
        above first: Int64,
        upTo last: Int64,
        _ body: ([CallUnit]) throws -> Void
    ) throws { try store.forEachCall(above: first, upTo: last, body) }
    func sync() throws { try store.sync() }
    func read<T>(_ body: (any StoreView) throws -> T) throws -> T { try store.read(body) }
    func replaceThresholds(
        _ rows: [ThresholdRow],
        receivers: [ReceiverConfiguration]
    ) throws { try store.replaceThresholds(rows, receivers: receivers) }
    func prices() throws -> [ModelPrice] { try store.prices() }
    func positions() throws -> [SourcePosition] { try store.positions() }
    func foreignChanges() throws -> Int64 { try store.foreignChanges() }
    func noteSources(_ notes: [SourceNote], now: Timestamp) throws {
        try store.noteSources(notes, now: now)
    }
    func forget(path: String) throws -> ForgottenSource? { try store.forget(path: path) }
    func prune(
        to horizon: RetentionHorizon,
        betweenSteps: () throws -> Void
    ) throws -> PruneReport { try store.prune(to: horizon, betweenSteps: betweenSteps) }
    func backup(to path: String) throws { try store.backup(to: path) }
    func examine() throws -> [StoreFinding] { try store.examine() }
    func rebuildCells() throws -> Int64 { try store.rebuildCells() }
    func heartbeat(_ follower: FollowerHeartbeat?) throws { try store.heartbeat(follower) }
    func compactLog() throws { try store.compactLog() }
}
