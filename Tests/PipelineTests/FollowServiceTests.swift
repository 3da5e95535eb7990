import AgentEvents
import EventDecoding
import EventStorage
import Foundation
import Logging
import Pipeline
import Testing

/// The rounds of a follower against a real store, woken by hand.
struct FollowServiceTests {
    private let folder = NSTemporaryDirectory() + "follow-service-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private var log: String { folder + "/a.jsonl" }
    private var database: String { folder + "/a.db" }

    private func append(_ numbers: ClosedRange<Int>) throws {
        let text = numbers.map {
            #"{"event":"tool_call","request_id":"r\#($0)","tool":"t","timestamp":1795000000}"#
                + "\n"
        }.joined()
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        defer { close(descriptor) }
        try #require(write(descriptor, text, text.utf8.count) == text.utf8.count)
    }

    private var decoding: DecodingOptions {
        DecodingOptions(
            keepContent: false,
            now: Timestamp(micros: 1_795_000_000 * Micros.second),
            timestampIs: .end
        )
    }

    /// Runs a follower, and `body` beside it with its wakeup and the events of its commits.
    private func following(
        _ body: (Wakeup, AsyncStream<Int64>) async throws -> Void
    ) async throws {
        let store = try StoreChoice.openForWriting(database)
        let (commits, told) = AsyncStream<Int64>.makeStream()
        var options = FollowOptions(patterns: [folder + "/*.jsonl"])
        options.poll = .seconds(3_600)  // it is woken by hand
        let wakeup = Wakeup()
        let service = FollowService(
            store: store,
            options: options,
            decoding: decoding,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            wakeup: wakeup
        ) { told.yield($0.summary.ledger.events) }
        async let end: Void = service.run()
        try await body(wakeup, commits)
        wakeup.stop()
        try await end
        try FileManager.default.removeItem(atPath: folder)
    }

    private func stored() throws -> (events: Int64, offset: Int64) {
        let status = try StoreChoice.openForReading(database).status(now: decoding.now)
        return (status.events, status.sources.reduce(0) { $0 + $1.position.offset })
    }

    private func size() throws -> Int64 {
        let attributes = try FileManager.default.attributesOfItem(atPath: log)
        return try #require((attributes[.size] as? NSNumber)?.int64Value)
    }

    @Test("What is written is stored at the next look, with how far the file is read")
    func stores() async throws {
        try append(1...3)
        try await following { wakeup, commits in
            wakeup.wake()
            let count3 = await commits.first { _ in true }
            #expect(count3 == 3)
            try append(4...5)
            wakeup.wake()
            let count2 = await commits.first { _ in true }
            #expect(count2 == 2)
            #expect(try stored() == (5, try size()))
        }
    }

    @Test("What another process has read of a followed file is not read again")
    func drops() async throws {
        try append(1...3)
        try await following { wakeup, commits in
            wakeup.wake()
            let count3 = await commits.first { _ in true }
            #expect(count3 == 3)
            try append(4...5)
            let other = try StoreChoice.openForWriting(database)
            let ingest = FileIngest(store: other, database: database, options: decoding)
            let summary = try await ingest.run([log]) { _ in }
            #expect(summary.ledger.events == 2)
            try append(6...6)
            wakeup.wake()
            let count1 = await commits.first { _ in true }
            #expect(count1 == 1)
            #expect(try stored() == (6, try size()))
        }
    }
}
