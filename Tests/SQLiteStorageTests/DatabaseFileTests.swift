import AgentEvents
import EventStorage
import Foundation
import SQLiteStorage
import Testing

/// Where a database and what stands beside it lie.
struct DatabaseFileTests {
    private func commit(_ store: SQLiteStore, from offset: Int64) throws {
        let draft = Draft(.toolCall, request: "r", at: Double(offset), offset: offset)
        let batch = IngestBatch([draft], from: offset, to: offset + 1)
        _ = try store.commit(batch, now: .earliestAccepted)
    }

    private func open(_ path: String) throws -> SQLiteStore {
        try SQLiteStore.openForWriting(path, seed: StoreSeed(thresholds: [], prices: []))
    }

    private func mode(_ path: String) -> mode_t? {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts.st_mode & 0o777 : nil
    }

    @Test("Nobody else may read a new database, nor what stands beside it")
    func modes() throws {
        let fixture = try StoreFixture()
        let store = try open(fixture.path)
        try commit(store, from: 0)
        let lock = try ProcessLock(.following, databasePath: fixture.path)
        for ending in ["", "-wal", "-shm", "-write.lock", "-follow.lock"] {
            #expect(mode(fixture.path + ending) == 0o600, "\(ending)")
        }
        try store.backup(to: fixture.path + ".copy")
        #expect(mode(fixture.path + ".copy") == 0o600)
        withExtendedLifetime(lock) {}
    }

    @Test("A database that others may write has locks that they may take")
    func sharedModes() throws {
        let fixture = try StoreFixture()
        _ = try open(fixture.path)
        try #require(chmod(fixture.path, 0o660) == 0)
        let lock = try ProcessLock(.following, databasePath: fixture.path)
        #expect(mode(fixture.path + "-follow.lock").map { $0 & 0o600 } == 0o600)
        withExtendedLifetime(lock) {}
    }

    @Test("Links lead to the same database with the same locks")
    func links() throws {
        let fixture = try StoreFixture()
        let store = try open(fixture.path)
        try commit(store, from: 0)
        let link = fixture.folder + "/link.db"
        try #require(symlink(fixture.path, link) == 0)
        let folder = fixture.folder + "/folder"
        try #require(symlink(fixture.folder, folder) == 0)
        let lock = try ProcessLock(.following, databasePath: fixture.path)
        for path in [link, folder + "/test.db"] {
            try commit(try open(path), from: try store.status(now: .earliestAccepted).events)
            #expect(throws: StoreError.self) { try ProcessLock(.following, databasePath: path) }
        }
        #expect(try store.status(now: .earliestAccepted).events == 3)
        withExtendedLifetime(lock) {}
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.folder)
        #expect(!names.contains { $0.hasPrefix("link.db-") }, "\(names)")
    }

    @Test(
        "A path is a path, whatever characters it has",
        arguments: ["a b#c?mode=memory%41&x.db", "file:x.db", "it's 100%.db", ":memory:"]
    )
    func names(name: String) throws {
        let fixture = try StoreFixture()
        let path = fixture.folder + "/" + name
        let before = FileManager.default.currentDirectoryPath
        let store = try open(path)
        try commit(store, from: 0)
        #expect(mode(path) != nil)
        #expect(try SQLiteStore.openForReading(path).status(now: .earliestAccepted).events == 1)
        #expect(FileManager.default.currentDirectoryPath == before)
    }

    @Test("A follower lives as long as it holds its lock, whatever the disk lets it write")
    func alive() throws {
        let fixture = try StoreFixture()
        let store = try open(fixture.path)
        let old = FollowerHeartbeat(
            pid: 1,
            startedAt: .earliestAccepted,
            lookedAt: .earliestAccepted
        )
        try store.heartbeat(old)
        func holdsLock() throws -> Bool? {
            try store.status(now: .earliestAccepted).follower?.holdsLock
        }
        #expect(try holdsLock() == false)
        do {
            let lock = try ProcessLock(.following, databasePath: fixture.path)
            #expect(try holdsLock() == true)
            withExtendedLifetime(lock) {}
        }
        #expect(try holdsLock() == false)
    }
}
