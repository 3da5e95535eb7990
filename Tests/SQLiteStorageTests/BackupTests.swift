import AgentEvents
import EventStorage
import Foundation
import GRDB
import SQLiteStorage
import Testing

struct BackupTests {
    private let fixture: StoreFixture
    private let store: SQLiteStore

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.open()
    }

    private var target: String { fixture.folder + "/copy.db" }

    private static func commit(_ index: Int64, into store: SQLiteStore) throws {
        let drafts = (0..<50).map {
            Draft(.llmCall, request: "r\(index)-\($0 / 5)", at: Double($0), offset: index * 50 + $0)
        }
        var batch = IngestBatch(drafts, from: index * 50, to: index * 50 + 50)
        batch.sources[0].ledger.bytes = 50
        _ = try store.commit(batch, now: .earliestAccepted)
    }

    @Test("A copy holds the same, has the same header, and the program goes on with it")
    func copy() throws {
        try Self.commit(0, into: store)
        try store.sync()
        try Self.commit(1, into: store)  // in the log only
        try store.backup(to: target)
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.folder)
        #expect(names.filter { $0.hasPrefix("copy.db") } == ["copy.db"])
        let copy = try DatabaseQueue(path: target)
        for pragma in ["page_size", "auto_vacuum", "application_id", "user_version"] {
            let value = try copy.read { try Int.fetchOne($0, sql: "PRAGMA \(pragma)") }
            #expect(
                try value
                    == DatabaseQueue(path: fixture.path).read {
                        try Int.fetchOne($0, sql: "PRAGMA \(pragma)")
                    }
            )
            #expect(value != 0)
        }
        let opened = try SQLiteStore.openForWriting(
            target,
            seed: StoreSeed(thresholds: [], prices: [])
        )
        #expect(try opened.status(now: .earliestAccepted).events == 100)
        try Self.commit(2, into: opened)
        #expect(try opened.status(now: .earliestAccepted).events == 150)
        #expect(try store.status(now: .earliestAccepted).events == 100)
    }

    @Test("A file that is there is never replaced")
    func existing() throws {
        try Data("precious".utf8).write(to: URL(fileURLWithPath: target))
        for path in [target, fixture.path] {
            let error = #expect(throws: StoreError.self) { try store.backup(to: path) }
            #expect(error?.code == .refused)
        }
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
    }

    @Test("Where no copy can be written nothing is left")
    func nowhere() throws {
        let error = #expect(throws: StoreError.self) { try store.backup(to: "/nowhere/copy.db") }
        #expect(error?.code == .io)
    }

    @Test("Copies that are made while a writer commits are each a state between two commits")
    func whileWriting() async throws {
        let store = store
        let writer = Task.detached {
            var index: Int64 = 0
            while !Task.isCancelled {
                try Self.commit(index, into: store)
                if index % 7 == 0 { try store.sync() }
                index += 1
            }
            return index
        }
        let reader = try SQLiteStore.openForReading(fixture.path)
        var counts: [Int] = []
        for round in 0..<12 {
            let path = fixture.folder + "/copy-\(round).db"
            try reader.backup(to: path)
            let queue = try DatabaseQueue(path: path)
            try await queue.read { db in
                #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
                let sql = """
                    SELECT (SELECT count(*) FROM events), (SELECT ifnull(sum(bytes), 0) FROM ledger),
                        (SELECT ifnull(sum(read_offset), 0) FROM sources),
                        (SELECT ifnull(sum(llm_calls), 0) FROM requests)
                    """
                let row = try #require(try Row.fetchOne(db, sql: sql))
                #expect(Set((0..<4).map { row[$0] as Int }).count == 1, "\(row)")
                #expect((row[0] as Int) % 50 == 0)
            }
            counts.append(
                try await queue.read {
                    try Int.fetchOne($0, sql: "SELECT count(*) FROM events") ?? 0
                }
            )  // counts
        }
        writer.cancel()
        #expect(try await writer.value > 0)
        #expect(counts == counts.sorted())
    }
}
