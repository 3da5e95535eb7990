import Foundation
import Testing

/// A database that two processes make at once, and one whose disk is full; `BusyTests` has one that
/// others hold.
struct BusyStoreTests {
    private static let event =
        #"{"event":"tool_call","timestamp":"2026-01-05T10:00:00Z","request_id":"r-1","tool":"t"}"#
        + "\n"

    @Test("Two ingestions that begin together on no database both succeed")
    func together() async throws {
        let folder = try TemporaryFolder()
        let database = folder.path("store.db")
        let one = try folder.write(String(repeating: Self.event, count: 500), to: "one.jsonl")
        let two = try folder.write(String(repeating: Self.event, count: 700), to: "two.jsonl")
        let first = try Binary.program.start(["ingest", "--db", database, one])
        let second = try Binary.program.start(["ingest", "--db", database, two])
        for finished in [
            try await first.finishedLater(seconds: 90), try await second.finishedLater(seconds: 90),
        ] {
            #expect(finished.code == 0, "\(finished.complaints)")
        }
        #expect(try Binary.json(["status", "--db", database])["events"].integer == 1_200)
    }

    /// Makes a folder a disk of 3 MB; false where none may be mounted.
    private static func mountSmallDisk(_ path: String) throws -> Bool {
        let mounted = try Program(path: "mount").run([
            "-t", "tmpfs", "-o", "size=3m", "tmpfs", path,
        ])
        return mounted.code == 0
    }

    private static func unmount(_ path: String) {
        // A mount that stays harms no other test.
        _ = try? Program(path: "umount").run([path])
    }

    /// Whether this process may mount a disk.
    private static let canMount: Bool = {
        // Without a folder to try it in there is none for the test either.
        guard let folder = try? TemporaryFolder(), let mounts = try? mountSmallDisk(folder.path)
        else { return false }
        unmount(folder.path)
        return mounts
    }()

    @Test(
        "A full disk gives one line; with more room the same command goes on to the same content",
        .enabled(if: canMount, "needs the right to mount a small disk")
    )
    func fullDisk() throws {
        let simulated = try Simulation(seed: 5, ["--requests", "6000"])
        let disk = simulated.folder.path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        try #require(try Self.mountSmallDisk(disk))
        defer { Self.unmount(disk) }
        let database = disk + "/store.db"
        let full = try Binary.run(["ingest", "--db", database] + simulated.files)
        #expect(full.code == 3)
        #expect(full.complaintLines.count == 1, "\(full.complaints)")
        #expect(full.complaints.contains("full"), "\(full.complaints)")
        let status = try Binary.json(["status", "--db", database])
        #expect(status["events"].integer == 0)
        let more = try Program(path: "mount").run(["-o", "remount,size=64m", disk])
        try #require(more.code == 0, "\(more.complaints)")
        #expect(try Binary.run(["ingest", "--db", database] + simulated.files).code == 0)
        let compared = try Program.python.run(
            [Checkout.path("Tests/Oracle/compare_stores.py"), try simulated.ingested(), database])
        #expect(compared.code == 0, "\(compared.output)\(compared.complaints)")
    }
}
