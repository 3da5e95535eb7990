import Foundation
import LogTailing
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FolderHintsTests {
    private let scratch: ScratchFolder
    private let hints: FolderHints

    init() throws {
        scratch = try ScratchFolder()
        hints = try #require(FolderHints())
    }

    /// Whether a hint comes before the deadline.
    private func comes(within seconds: Double = 10) -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        repeat {
            var waiting = pollfd(fd: hints.descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, 100) > 0, hints.drain() { return true }
        } while ContinuousClock.now < deadline
        return false
    }

    private func append(_ name: String) throws {
        let descriptor = open(scratch.path(name), O_WRONLY | O_APPEND | O_CREAT, 0o600)
        #expect(descriptor >= 0)
        #expect(write(descriptor, "x", 1) == 1)
        close(descriptor)
    }

    @Test("Making, growing, renaming and deleting a file in a watched folder each give a hint")
    func changes() throws {
        #expect(mkdir(scratch.path("d"), 0o700) == 0)
        hints.watch([scratch.path("d")])
        #expect(!hints.drain())
        try append("d/a.log")
        #expect(comes())
        #expect(!hints.drain(), "all was read")
        try append("d/a.log")
        #expect(comes())
        #expect(rename(scratch.path("d/a.log"), scratch.path("d/a.log.1")) == 0)
        #expect(comes())
        #expect(rename(scratch.path("d/a.log.1"), scratch.path("away")) == 0)
        #expect(comes())
        #expect(rename(scratch.path("away"), scratch.path("d/back")) == 0)
        #expect(comes())
        #expect(chmod(scratch.path("d/back"), 0o640) == 0)
        #expect(comes())
        #expect(unlink(scratch.path("d/back")) == 0)
        #expect(comes())
    }

    @Test("Only what is watched now gives hints, and what stays watched stays so")
    func replaced() throws {
        for name in ["a", "b"] { #expect(mkdir(scratch.path(name), 0o700) == 0) }
        hints.watch([scratch.path("a")])
        hints.watch([scratch.path("a"), scratch.path("b")])
        try append("a/x.log")
        #expect(comes())
        hints.watch([scratch.path("b")])
        #expect(!hints.drain(), "the end of a watch is no hint")
        try append("a/x.log")
        #expect(!hints.drain())
        try append("b/x.log")
        #expect(comes())
        hints.watch([])
        try append("b/x.log")
        #expect(!hints.drain())
    }

    @Test("Writing to a database is no hint")
    func database() throws {
        hints.watch([scratch.path])
        try append("store.db-wal")
        try append("store.db-write.lock")
        #expect(!hints.drain())
        try append("store.log")
        #expect(comes())
    }

    @Test("A folder that is removed gives a hint, and hints again when it was made again")
    func remade() throws {
        let folder = scratch.path("d")
        for _ in 1...3 {
            #expect(mkdir(folder, 0o700) == 0)
            hints.watch([folder])
            try append("d/a.log")
            #expect(comes())
            #expect(unlink(scratch.path("d/a.log")) == 0)
            #expect(rmdir(folder) == 0)
            #expect(comes())
            // Gone: left to looking, without an error.
            hints.watch([folder])
        }
        #expect(mkdir(folder, 0o700) == 0)
        hints.watch([folder])
        #expect(rename(folder, scratch.path("moved")) == 0)
        #expect(comes())
        #expect(mkdir(folder, 0o700) == 0)
        hints.watch([folder])
        try append("d/a.log")
        #expect(comes())
    }

    @Test("Two paths of one folder: one may go without the other")
    func shared() throws {
        #expect(mkdir(scratch.path("d"), 0o700) == 0)
        #expect(symlink("d", scratch.path("link")) == 0)
        hints.watch([scratch.path("d"), scratch.path("link")])
        hints.watch([scratch.path("link")])
        try append("d/a.log")
        #expect(comes())
    }

    @Test("What is no folder, or not there, is left to looking")
    func unwatched() throws {
        try scratch.write([], to: "file.log")
        hints.watch([scratch.path("file.log"), scratch.path("gone"), scratch.path])
        try append("file.log")
        #expect(comes())
    }

    @Test("Folders beyond the limit are left out, and those within it are watched")
    func limit() throws {
        let folders = (0...FolderHints.maxFolders).map { scratch.path("d\($0)") }
        for folder in folders { #expect(mkdir(folder, 0o700) == 0) }
        hints.watch(folders)
        try append("d\(FolderHints.maxFolders)/a.log")
        #expect(!hints.drain())
        try append("d\(FolderHints.maxFolders - 1)/a.log")
        #expect(comes())
    }

    @Test("More events than the kernel keeps are a hint, and the next ones are too")
    func overflow() throws {
        let limit = try String(
            contentsOfFile: "/proc/sys/fs/inotify/max_queued_events",
            encoding: .utf8
        )
        let most = try #require(Int(limit.filter(\.isNumber)))
        hints.watch([scratch.path])
        // Two names by turns, as the kernel joins like events; both databases', so that only the
        // overflow itself is a hint.
        for name in ["a.db", "b.db"] { try scratch.write([], to: name) }
        #expect(!hints.drain())
        for turn in 0...most {
            #expect(chmod(scratch.path(turn % 2 == 0 ? "a.db" : "b.db"), 0o600) == 0)
        }
        #expect(hints.drain())
        #expect(!hints.drain())
        try append("a.log")
        #expect(comes())
    }
}
