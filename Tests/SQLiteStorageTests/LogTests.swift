import AgentEvents
import EventStorage
import Foundation
import GRDB
import SQLiteStorage
import Testing

/// The write-ahead log: when it is moved into the database, and what is left of one that was cut.
struct LogTests {
    private let fixture: StoreFixture
    private let store: SQLiteStore

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.open()
    }

    private var logPath: String { fixture.path + "-wal" }

    private func logSize() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: logPath)
        return try #require(attributes[.size] as? NSNumber).intValue
    }

    private func draft(
        _ offset: Int64,
        of requests: UInt64,
        _ random: inout SeededGenerator
    ) -> Draft {
        var draft = Draft(
            .llmCall,
            request: "request-\(random.next() % requests)",
            at: Double(random.next() % 10_000),
            offset: offset,
            agent: "agent-\(random.next() % 9)"
        )
        draft.eventID = "\(random.next())-\(random.next())"
        return draft
    }

    /// Reads on in `/a` or `/b`, 10 bytes an event.
    private func commit(
        _ events: Int,
        of requests: UInt64 = 50,
        _ random: inout SeededGenerator
    ) throws {
        let path = random.next() % 2 == 0 ? "/a" : "/b"
        let start = try store.positions().first { $0.path == path }?.offset ?? 0
        let drafts = (0..<events).map { draft(start + Int64($0) * 10, of: requests, &random) }
        let end = start + Int64(events) * 10
        var batch = IngestBatch(drafts, path: path, from: start, to: end)
        batch.sources[0].ledger.bytes = end - start
        _ = try store.commit(batch, now: .earliestAccepted)
    }

    @Test("The log is moved into the database in an idle moment when it is long, and only then")
    func compact() throws {
        var random = SeededGenerator(state: 1)
        try store.sync()
        try commit(10, &random)
        let short = try logSize()
        #expect(short > 0)
        try store.compactLog()
        #expect(try logSize() == short)
        while try logSize() <= 4 << 20 { try commit(2_000, of: .max, &random) }
        // Nobody but the store's own checkpoints: connections leave the log as it is.
        let long = try logSize()
        _ = try SQLiteStore.openForReading(fixture.path).status(now: .earliestAccepted)
        _ = try fixture.open().positions()
        #expect(try logSize() == long)
        try store.compactLog()
        #expect(try logSize() == 0)
    }

    @Test("Who reads an older state hinders no checkpoint, and still reads it afterwards")
    func busyReader() throws {
        var random = SeededGenerator(state: 2)
        let reader = try SQLiteStore.openForReading(fixture.path)
        while try logSize() <= 4 << 20 { try commit(2_000, of: .max, &random) }
        let before = try store.status(now: .earliestAccepted).events
        try reader.read { snapshot in
            let events = try snapshot.ledger(readIn: .allTime).events
            #expect(events == before)
            try commit(10, &random)
            try store.compactLog()
            try store.sync()
            #expect(try snapshot.ledger(readIn: .allTime).events == events)
        }
        try store.compactLog()
        #expect(try logSize() == 0)
        #expect(try reader.read { try $0.ledger(readIn: .allTime).events } == before + 10)
    }

    @Test("The writer syncs when it checkpoints and not with every commit")
    func synchronous() throws {
        // NORMAL is 1. It is a setting of the connection, so the test asks one made the same way.
        #expect(try store.settingOfWriter("synchronous") == 1)
        #expect(try store.settingOfWriter("wal_autocheckpoint") == 0)
    }

    /// Every source's lines add up to its offset, and nothing lies behind it.
    private func check(_ path: String, _ cut: String) throws -> Int {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { db in
            #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"], "\(cut)")
            let wrong = try Row.fetchAll(
                db,
                sql: """
                    SELECT path, read_offset FROM sources s WHERE
                        read_offset <> (SELECT ifnull(sum(bytes), 0) FROM ledger WHERE source = s.id)
                        OR read_offset <> 10 * (SELECT count(*) FROM events WHERE source = s.id)
                        OR read_offset <= (
                            SELECT ifnull(max(line_offset), -1) FROM events WHERE source = s.id)
                    UNION ALL
                    SELECT 'requests', count(*) FROM requests
                    HAVING sum(llm_calls) <> (SELECT count(*) FROM events)
                    """
            )
            #expect(wrong.isEmpty, "\(cut): \(wrong)")
            // A count gives a row.
            return try Int.fetchOne(db, sql: "SELECT count(*) FROM events") ?? 0
        }
    }

    @Test(
        "A log that was cut anywhere holds whole commits: rows and offsets agree",
        arguments: 1...2 as ClosedRange<UInt64>
    )
    func cutLogs(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        for _ in 0..<4 { try commit(20, &random) }
        try store.sync()
        for _ in 0..<8 { try commit(Int(random.next() % 15) + 1, &random) }
        let log = try Data(contentsOf: URL(fileURLWithPath: logPath))
        // A header of 32 bytes, then frames of a header of 24 bytes and a page.
        let frame = 24 + 8_192
        #expect((log.count - 32) % frame == 0)
        var cuts = Array(stride(from: 32, through: log.count, by: frame))
        for _ in 0..<20 { cuts.append(Int(random.next() % UInt64(log.count))) }
        var counts: Set<Int> = []
        for cut in cuts.sorted() {
            let copy = fixture.folder + "/cut.db"
            for ending in ["", "-wal", "-shm"] { unlink(copy + ending) }
            try FileManager.default.copyItem(atPath: fixture.path, toPath: copy)
            try log.prefix(cut).write(to: URL(fileURLWithPath: copy + "-wal"))
            counts.insert(try check(copy, "seed \(seed), cut at \(cut)"))
        }
        // Every one of the commits since the checkpoint was the last in some copy.
        #expect(counts.count == 9, "seed \(seed)")
    }
}

extension TimeWindow {
    fileprivate static var allTime: TimeWindow {
        TimeWindow(since: .distantPast, until: .distantFuture)
    }
}
