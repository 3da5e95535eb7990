import AgentEvents
import Foundation
import LogTailing
import Testing

/// Files that rotation compressed.
struct FollowedArchiveTests {
    private let long = (0..<3_000).map { "a line with some length \($0)\n" }.joined()

    @Test(
        "A file that was read and then compressed is not read again, but for what was unread",
        arguments: [["gzip"], ["zstd", "-q", "--rm"]],
        [false, true]
    )
    func compressed(program: [String], whileStopped: Bool) throws {
        let logs = try FollowedFolder("*")
        try logs.append(long, to: "a.log")
        #expect(logs.poll().count == 3_000)
        try logs.append("unread\nhalf", to: "a.log")
        if whileStopped { logs.restart() }
        try logs.rename("a.log", to: "a.log.1")
        try run(logs, program, "a.log.1")
        try logs.append("new\n", to: "a.log")
        #expect(Set(logs.settle()) == ["unread", "half", "new"])
        logs.restart()
        #expect(logs.settle() == [])
    }

    @Test("An archive beside the file that it was made of is not read")
    func beside() throws {
        let logs = try FollowedFolder("*")
        try logs.append(long, to: "a.log")
        logs.poll()
        try logs.run("gzip", "-k", "a.log")
        #expect(logs.settle() == [])
        try logs.append("more\n", to: "a.log")
        #expect(logs.settle() == ["more"])
        logs.restart()
        #expect(logs.settle() == [])
        #expect(logs.follower.isQuiet)
    }

    @Test("An archive that nobody knows is read once, renamed and restarted or not")
    func unknown() throws {
        let logs = try FollowedFolder("*.gz")
        try logs.append(long, to: "a.log")
        try logs.run("gzip", "a.log")
        #expect(logs.settle().count == 3_000)
        logs.restart()
        #expect(logs.settle() == [])
        try logs.rename("a.log.gz", to: "b.log.gz")
        #expect(logs.settle() == [])
        logs.restart()
        try logs.rename("b.log.gz", to: "c.log.gz")
        #expect(logs.settle() == [])
    }

    @Test("A cut archive is reported, and resumed when it is whole")
    func cut() throws {
        let logs = try FollowedFolder("*.gz")
        try logs.append(long, to: "whole.log")
        try logs.run("gzip", "whole.log")
        try logs.rename("whole.log.gz", to: "whole")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: logs.path + "/whole"))
        let path = URL(fileURLWithPath: logs.path + "/a.log.gz")
        try bytes.prefix(bytes.count / 2).write(to: path)
        let first = logs.settle()
        #expect(!first.isEmpty)
        #expect(logs.conditions().contains { $0.problem?.contains("ends in the middle") == true })
        let handle = try FileHandle(forWritingTo: path)
        try handle.seekToEnd()
        try handle.write(contentsOf: bytes.suffix(from: bytes.count / 2))
        try handle.close()
        let rest = logs.settle()
        #expect((first + rest).joined(separator: "\n") + "\n" == long)
        #expect(logs.conditions().allSatisfy { $0.problem == nil })
    }

    private func run(_ logs: FollowedFolder, _ program: [String], _ name: String) throws {
        switch program.count {
        case 1: try logs.run(program[0], name)
        default: try logs.run(program[0], program[1], program[2], name)
        }
    }
}
