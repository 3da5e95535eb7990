import AgentEvents
import EventStorage
import Foundation
import SQLiteStorage
import Testing

/// A database that others hold for longer than a writer waits.
struct BusyTests {
    private static let timeout = Duration.milliseconds(300)

    private func commit(_ store: SQLiteStore, from offset: Int64) throws {
        let draft = Draft(.toolCall, request: "r", at: Double(offset), offset: offset)
        let batch = IngestBatch([draft], from: offset, to: offset + 1)
        _ = try store.commit(batch, now: .earliestAccepted)
    }

    private func open(_ fixture: StoreFixture) throws -> SQLiteStore {
        try SQLiteStore.openForWriting(
            fixture.path,
            seed: StoreSeed(thresholds: [], prices: []),
            busyTimeout: Self.timeout
        )
    }

    @Test(
        "Who cannot write because another process does says which, after a while; reading goes on"
    )
    func writeLock() throws {
        let fixture = try StoreFixture()
        let store = try open(fixture)
        try commit(store, from: 0)
        let lock = Glibc.open(fixture.path + "-write.lock", O_RDWR)
        try #require(lock >= 0 && flock(lock, LOCK_EX) == 0)
        try #require(ftruncate(lock, 0) == 0 && pwrite(lock, "4711\n", 5, 0) == 5)
        let began = ContinuousClock.now
        let error = #expect(throws: StoreError.self) { try commit(store, from: 1) }
        #expect(ContinuousClock.now - began >= Self.timeout)
        #expect(error?.code == .busy && error?.cause.contains("process 4711") == true)
        #expect(try store.status(now: .earliestAccepted).events == 1)
        close(lock)
        try commit(store, from: 1)
        #expect(try store.status(now: .earliestAccepted).events == 2)
    }

    @Test("A database that another program locks is reported after a while; reading goes on")
    func foreignLock() throws {
        let fixture = try StoreFixture()
        let store = try open(fixture)
        try commit(store, from: 0)
        let program = Process()
        program.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let script = """
            import sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            c.execute("BEGIN IMMEDIATE")
            print("locked", flush=True)
            sys.stdin.read()
            """
        program.arguments = ["python3", "-c", script, fixture.path]
        let (input, output) = (Pipe(), Pipe())
        (program.standardInput, program.standardOutput) = (input, output)
        try program.run()
        defer { program.waitUntilExit() }
        try #require(output.fileHandleForReading.readData(ofLength: 6) == Data("locked".utf8))
        let error = #expect(throws: StoreError.self) { try commit(store, from: 1) }
        #expect(error?.code == .busy && error?.cause.contains("locked") == true)
        #expect(try store.status(now: .earliestAccepted).events == 1)
        try input.fileHandleForWriting.close()
        program.waitUntilExit()
        try commit(store, from: 1)
    }
}
