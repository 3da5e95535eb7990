import AgentEvents
import LogTailing
import Testing

/// Which source a file goes on from where several would fit, since logs begin alike.
struct SourceChoiceTests {
    @Test("A copy goes on from what reaches farthest, not from what once had its path")
    func fartherThanThePath() throws {
        let logs = try FollowedFolder("*.log*")
        try logs.append("head\n", to: "a.log.1")
        try logs.append("head\n1\n2\n", to: "a.log")
        #expect(logs.settle().count == 4)
        try logs.remove("a.log.1")
        try logs.copy("a.log", to: "a.log.1")
        try logs.truncate("a.log")
        logs.restart()
        #expect(logs.settle() == [])
    }

    @Test("A copy that ends among what was read is known before what merely begins like it")
    func fartherThanAHead() throws {
        let logs = try FollowedFolder("*.log")
        try logs.append("head\n", to: "gone.log")
        try logs.append("head\n1\n", to: "a.log")
        #expect(logs.settle().count == 3)
        try logs.remove("gone.log")
        #expect(logs.settle() == [])
        try logs.copy("a.log", to: "a.log.1")
        try logs.append("2\n", to: "a.log")
        #expect(logs.poll() == ["2"])
        try logs.truncate("a.log")
        #expect(logs.settle() == [])
    }

    @Test("What is longer than an archive is no copy of it, and goes on from its own source")
    func longerThanAnArchive() throws {
        let logs = try FollowedFolder("*")
        try logs.append("head\n", to: "b.log")
        logs.settle()
        try logs.run("gzip", "b.log")
        #expect(logs.settle() == [])
        logs.restart()
        try logs.append("head\n", to: "a.log")
        #expect(logs.settle() == ["head"])
        try logs.append("unread\n", to: "a.log")
        try logs.copy("a.log", to: "a.log.1")
        try logs.truncate("a.log")
        logs.restart()
        #expect(logs.settle() == ["unread"])
    }

    @Test(
        "A file that is being unpacked beside its archive is not read, and goes on when that goes"
    )
    func unpacked() throws {
        let logs = try FollowedFolder("*")
        try logs.append("1\n2\n", to: "a.log")
        try logs.run("gzip", "a.log")
        #expect(logs.settle() == ["1", "2"])
        logs.restart()
        try logs.append("1\n", to: "a.log")
        #expect(logs.poll() == [])
        try logs.append("2\n", to: "a.log")
        #expect(logs.poll() == [])
        try logs.remove("a.log.gz")
        #expect(logs.settle() == [])
        try logs.append("3\n", to: "a.log")
        #expect(logs.settle() == ["3"])
    }

    @Test("Of two sources that two readers made of one file, it goes on with the one read farther")
    func twoSources() throws {
        let logs = try FollowedFolder("*.log")
        try logs.append("head\n", to: "a.log")
        #expect(logs.poll() == ["head"])
        try logs.rename("a.log", to: "z.log")
        try logs.append("head\n", to: "c.log")
        // Not told of the new name, it takes the one file for a copy of the other.
        #expect(logs.ingest("c.log") == [])
        try logs.remove("z.log")
        try logs.append("1\n", to: "c.log")
        #expect(logs.settle().contains("1"))
        logs.restart()
        #expect(logs.settle() == [])
    }
}
