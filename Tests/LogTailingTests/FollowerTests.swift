import AgentEvents
import Foundation
import LogTailing
import Testing

/// The cases of following, one by one; `FollowerModelTests` mixes them.
struct FollowerTests {
    private let long = (0..<200).map { "a line with some length \($0)\n" }.joined()

    @Test("A file is read from its start, and on as it grows")
    func grows() throws {
        let logs = try FollowedFolder("*.jsonl")
        try logs.append("1\n2\n", to: "a.jsonl")
        #expect(logs.poll() == ["1", "2"])
        #expect(logs.poll() == [])
        try logs.append("3\n", to: "a.jsonl")
        #expect(logs.poll() == ["3"])
    }

    @Test("A restart goes on at the exact byte, with and without more to read")
    func restarts() throws {
        let logs = try FollowedFolder("*.jsonl")
        try logs.append(long, to: "a.jsonl")
        #expect(logs.poll().count == 200)
        logs.restart()
        #expect(logs.settle() == [])
        logs.restart()
        try logs.append("next\n", to: "a.jsonl")
        #expect(logs.settle() == ["next"])
    }

    @Test("A partial last line is held, however long, and its start is the stored offset")
    func partial() throws {
        let logs = try FollowedFolder("*.jsonl")
        try logs.append("1\nhal", to: "a.jsonl")
        #expect(logs.settle() == ["1"])
        #expect(logs.stored.values.map(\.offset) == [2])
        logs.restart()
        try logs.append("f", to: "a.jsonl")
        #expect(logs.settle() == [])
        try logs.append("\r\nlast\n", to: "a.jsonl")
        #expect(logs.settle() == ["half\r", "last"])
    }

    @Test("New files are picked up; a pattern may match nothing at first")
    func appears() throws {
        let logs = try FollowedFolder("later/*.jsonl", "x.log")
        #expect(logs.poll() == [])
        try FileManager.default.createDirectory(
            atPath: logs.path + "/later",
            withIntermediateDirectories: true
        )
        try logs.append("1\n", to: "later/a.jsonl")
        try logs.append("2\n", to: "x.log")
        #expect(logs.poll() == ["1", "2"])
    }

    @Test("Many files that begin alike are all read, each once")
    func alike() throws {
        let logs = try FollowedFolder("*.jsonl")
        for index in 0..<100 { try logs.append("same first line\n", to: "\(index).jsonl") }
        #expect(logs.settle().count == 100)
        for index in 0..<100 { try logs.append("\(index)\n", to: "\(index).jsonl") }
        #expect(Set(logs.settle()) == Set((0..<100).map(String.init)))
        logs.restart()
        #expect(logs.settle() == [])
    }

    @Test(
        "Rename and create: the old file is drained under its new name",
        arguments: [false, true],
        ["*", "a.log"]
    )
    func rotated(whileStopped: Bool, pattern: String) throws {
        let logs = try FollowedFolder(pattern)
        try logs.append(long, to: "a.log")
        #expect(logs.poll().count == 200)
        try logs.append("unread\n", to: "a.log")
        if whileStopped { logs.restart() }
        try logs.rename("a.log", to: "a.log.1")
        try logs.append("new\n", to: "a.log")
        #expect(Set(logs.settle()) == ["unread", "new"])
        // The writer still has the old file open.
        try logs.append("late\n", to: "a.log.1")
        #expect(logs.settle() == ["late"])
        logs.restart()
        try logs.append("later\n", to: "a.log.1")
        #expect(logs.settle() == ["later"])
        #expect(logs.stored.count == 2)
    }

    @Test(
        "copytruncate: the copy goes on where the file was read to",
        arguments: [false, true],
        ["*", "a.log"]
    )
    func copied(whileStopped: Bool, pattern: String) throws {
        let logs = try FollowedFolder(pattern)
        try logs.append(long, to: "a.log")
        #expect(logs.poll().count == 200)
        try logs.append("unread\n", to: "a.log")
        if whileStopped { logs.restart() }
        try logs.copy("a.log", to: "a.log.1")
        try logs.truncate("a.log")
        try logs.append("new\n", to: "a.log")
        #expect(Set(logs.settle()) == ["unread", "new"])
        logs.restart()
        #expect(logs.settle() == [])
    }

    @Test("A look between copy and truncate does not take the copy for a file of its own")
    func copiedSlowly() throws {
        let logs = try FollowedFolder("*")
        try logs.append(long, to: "a.log")
        logs.poll()
        try logs.copy("a.log", to: "a.log.1")
        #expect(logs.poll() == [])
        try logs.append("unread\n", to: "a.log")
        #expect(logs.poll() == ["unread"])
        try logs.truncate("a.log")
        try logs.append("new\n", to: "a.log")
        #expect(logs.settle() == ["new"])
    }

    @Test("A look-alike whose twin still stands is a file of its own in the end")
    func twin() throws {
        let logs = try FollowedFolder("*")
        try logs.append(long, to: "a.log")
        logs.poll()
        try logs.copy("a.log", to: "b.log")
        #expect(logs.settle().count == 200)
    }

    @Test(
        "Truncated and regrown past the old offset between two looks is found by the marker",
        arguments: [false, true]
    )
    func regrown(whileStopped: Bool) throws {
        let logs = try FollowedFolder("a.log")
        try logs.append("1\n2\n", to: "a.log")
        logs.poll()
        if whileStopped { logs.restart() }
        try logs.truncate("a.log")
        try logs.append("a\nb\nc\n", to: "a.log")
        #expect(logs.settle() == ["a", "b", "c"])
        #expect(logs.stored.count == 2)
    }

    @Test("NULs before the first line, from a writer that kept its place, are skipped")
    func hole() throws {
        let logs = try FollowedFolder("a.log")
        try logs.append(long, to: "a.log")
        logs.poll()
        try logs.truncate("a.log")
        let descriptor = open(logs.path + "/a.log", O_WRONLY)
        defer { close(descriptor) }
        pwrite(descriptor, "after\n", 6, 100_000)
        #expect(logs.settle() == ["after"])
    }

    @Test("A file of another inode under a known path is a new generation, unless it goes on")
    func replaced() throws {
        let logs = try FollowedFolder("a.log")
        try logs.append("1\n2\n", to: "a.log")
        logs.poll()
        try logs.append("3\n4\n5\n", to: "b")
        try logs.rename("b", to: "a.log")
        #expect(logs.settle() == ["3", "4", "5"])
        logs.restart()
        try logs.append("3\n4\n5\n6\n", to: "b")
        try logs.rename("b", to: "a.log")
        #expect(logs.settle() == ["6"])
    }

    @Test("A deleted file is drained, its last line counts, and it is closed in bounded time")
    func deleted() throws {
        let logs = try FollowedFolder("*.log")
        try logs.append("1\n", to: "a.log")
        logs.poll()
        let descriptor = open(logs.path + "/a.log", O_WRONLY | O_APPEND)
        try logs.remove("a.log")
        #expect(logs.poll() == [])
        write(descriptor, "2\nhalf", 6)
        close(descriptor)
        #expect(logs.poll() == ["2"])
        #expect(logs.settle() == ["half"])
        #expect(logs.follower.count == 0)
        #expect(logs.follower.isQuiet)
    }

    @Test("Symbolic links that are retargeted: the old target is drained, the new one begins")
    func retargeted() throws {
        let logs = try FollowedFolder("link.log")
        try logs.append("1\n", to: "one")
        try logs.append("2\n", to: "two")
        try logs.run("ln", "-s", "one", "link.log")
        #expect(logs.poll() == ["1"])
        try logs.append("unread\n", to: "one")
        try logs.run("ln", "-sfn", "two", "link.log")
        #expect(Set(logs.settle()) == ["unread", "2"])
        logs.restart()
        #expect(logs.settle() == [])
    }

    @Test(
        "A file that is saved anew and renamed over the old one goes on where it was",
        arguments: ["*", "a.jsonl"]
    )
    func savedByRename(pattern: String) throws {
        let logs = try FollowedFolder(pattern)
        try logs.append(long, to: "a.jsonl")
        #expect(logs.poll().count == 200)
        for save in 1...3 {
            try logs.copy("a.jsonl", to: ".new")
            try logs.append("saved \(save)\n", to: ".new")
            try logs.rename(".new", to: "a.jsonl")
            #expect(logs.settle() == ["saved \(save)"])
        }
        logs.restart()
        #expect(logs.settle() == [])
    }

    @Test(
        "A file that is written anew after the old one became its backup goes on where it was",
        arguments: ["*", "a.jsonl*"],
        [true, false]
    )
    func savedWithBackup(pattern: String, isKept: Bool) throws {
        let logs = try FollowedFolder(pattern)
        try logs.append(long, to: "a.jsonl")
        #expect(logs.poll().count == 200)
        for save in 1...3 {
            try logs.rename("a.jsonl", to: "a.jsonl~")
            #expect(logs.poll() == [])
            try logs.copy("a.jsonl~", to: "a.jsonl")
            #expect(logs.poll() == [])
            try logs.append("saved \(save)\n", to: "a.jsonl")
            if !isKept { try logs.remove("a.jsonl~") }
            #expect(logs.settle() == ["saved \(save)"])
        }
        logs.restart()
        #expect(logs.settle() == [])
    }

    @Test(
        "A file that is truncated and written again goes on where it was",
        arguments: ["*", "a.jsonl"],
        [true, false]
    )
    func savedInPlace(pattern: String, hasBackup: Bool) throws {
        let logs = try FollowedFolder(pattern)
        var content = long
        try logs.append(content, to: "a.jsonl")
        #expect(logs.poll().count == 200)
        for save in 1...3 {
            if hasBackup { try logs.copy("a.jsonl", to: "a.jsonl~") }
            try logs.truncate("a.jsonl")
            #expect(logs.poll() == [])
            try logs.append(String(content.prefix(content.count / 2)), to: "a.jsonl")
            #expect(logs.poll() == [])
            try logs.append(String(content.dropFirst(content.count / 2)), to: "a.jsonl")
            try logs.append("saved \(save)\n", to: "a.jsonl")
            content += "saved \(save)\n"
            #expect(logs.settle() == ["saved \(save)"])
            if hasBackup { try logs.remove("a.jsonl~") }
        }
        logs.restart()
        #expect(logs.settle() == [])
    }

    @Test("What is written after a truncation is read at once if it differs, else in quiet seconds")
    func truncatedAndBegunAlike() throws {
        let logs = try FollowedFolder("*.log")
        try logs.append(long, to: "a.log")
        #expect(logs.poll().count == 200)
        try logs.truncate("a.log")
        try logs.append("another\n", to: "a.log")
        #expect(logs.poll() == ["another"])
        try logs.truncate("a.log")
        try logs.append(long, to: "a.log")
        #expect(logs.poll().count == 200)
        try logs.truncate("a.log")
        let few = long.split(separator: "\n").prefix(8).map(String.init)
        try logs.append(few.joined(separator: "\n") + "\n", to: "a.log")
        #expect(logs.poll() == [])
        #expect(logs.settle() == few)
    }

    @Test(
        "A new file at a known path that begins otherwise is read whole, and the old one to its end"
    )
    func replacedByAnother() throws {
        let logs = try FollowedFolder("*.jsonl")
        try logs.append(long + "half", to: "a.jsonl")
        #expect(logs.poll().count == 200)
        try logs.append("another\n" + long, to: ".new")
        try logs.rename(".new", to: "a.jsonl")
        let lines = logs.settle()
        #expect(lines.count == 202 && lines.contains("another") && lines.contains("half"))
    }

    @Test(
        "The last line of a file that was rotated away counts after ten quiet seconds, not before",
        arguments: ["*", "a.log"]
    )
    func tornAndRotated(pattern: String) throws {
        let logs = try FollowedFolder(pattern)
        try logs.append("1\ntorn", to: "a.log")
        #expect(logs.poll() == ["1"])
        try logs.rename("a.log", to: "a.log.1")
        #expect((0..<20).flatMap { _ in logs.poll() } == [], "nothing stands in its place yet")
        try logs.append("2\n", to: "a.log")
        try logs.append("+", to: "a.log.1")
        #expect((0..<9).flatMap { _ in logs.poll() } == ["2"])
        #expect((0..<6).flatMap { _ in logs.poll() } == ["torn+"])
        logs.restart()
        #expect(logs.settle() == [])
    }

    @Test(
        "Names that read alike and differ in their bytes are files of their own",
        arguments: ["*", "**/*.log"]
    )
    func spellings(pattern: String) throws {
        let logs = try FollowedFolder(pattern)
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        for name in [composed, decomposed] {
            try FileManager.default.createDirectory(
                atPath: logs.path + "/" + name,
                withIntermediateDirectories: true
            )
            try logs.append("\(name.utf8.count)\n", to: name + ".log")
            try logs.append("\(name.utf8.count) inside\n", to: name + "/x.log")
        }
        #expect(Set(logs.settle()) == ["5", "6", "5 inside", "6 inside"])
        try logs.append("more\n", to: decomposed + ".log")
        #expect(logs.settle() == ["more"])
        logs.restart()
        #expect(logs.settle() == [])
        #expect(logs.stored.count == 4)
    }
}
