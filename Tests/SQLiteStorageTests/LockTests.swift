import EventStorage
import Foundation
import SQLiteStorage
import Testing

struct LockTests {
    @Test(
        "The second follower of a database is told who the first is; a third comes when it has gone"
    )
    func followLock() throws {
        let fixture = try StoreFixture()
        do {
            let first = try ProcessLock(.following, databasePath: fixture.path)
            let error = #expect(throws: StoreError.self) {
                try ProcessLock(.following, databasePath: fixture.path)
            }
            #expect(error?.code == .busy)
            #expect(error?.cause.contains("process \(getpid()) ") == true)
            // Others write meanwhile.
            _ = try fixture.open()
            withExtendedLifetime(first) {}
        }
        _ = try ProcessLock(.following, databasePath: fixture.path)
        #expect(FileManager.default.fileExists(atPath: fixture.path + "-follow.lock"))
    }

    @Test("A lock in a folder that does not exist is an error that says so")
    func noFolder() {
        let error = #expect(throws: StoreError.self) {
            try ProcessLock(.following, databasePath: "/nowhere/at/all.db")
        }
        #expect(error?.code == .io)
    }

    @Test(
        "File systems of other machines are told from those of this one",
        arguments: [
            (0x6969, nil, true), (0xFF53_4D42, nil, true), (0xFE53_4D42, "cifs", true),
            (0x6573_5546, "fuse.sshfs", true), (0x6573_5546, "fuseblk", false),
            (0x6573_5546, nil, false), (0xEF53, "ext4", false), (0x0102_1994, "tmpfs", false),
        ] as [(UInt32, String?, Bool)]
    )
    func networkTypes(type: UInt32, mounted: String?, expected: Bool) {
        #expect(NetworkFileSystem.isNetwork(type: type, mounted: mounted) == expected)
    }

    @Test("The table of mounts is read by device")
    func mounts() {
        let table = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            40 22 0:45 / /mnt/far rw,nosuid shared:9 master:3 - fuse.sshfs me@far:/ rw,user_id=0
            broken line
            """
        #expect(NetworkFileSystem.mounted(device: "0:45", mountInfo: table) == "fuse.sshfs")
        #expect(NetworkFileSystem.mounted(device: "8:1", mountInfo: table) == "ext4")
        #expect(NetworkFileSystem.mounted(device: "8:2", mountInfo: table) == nil)
        #expect(NetworkFileSystem.mounted(device: "8:2", mountInfo: "") == nil)
    }

    @Test("A folder of this machine is none of another, whether the database exists or not")
    func local() throws {
        let fixture = try StoreFixture()
        #expect(!SQLiteStore.isOnNetworkFileSystem(fixture.path))
        _ = try fixture.open()
        #expect(!SQLiteStore.isOnNetworkFileSystem(fixture.path))
        #expect(!SQLiteStore.isOnNetworkFileSystem("/nowhere/at/all.db"))
    }
}
