import AgentEvents
import LogTailing
import Testing

/// A follower beside another process that reads the same files once.
struct SecondReaderTests {
    @Test("What it read in vain does not hide that another has read the file as another source")
    func sameFile() throws {
        let logs = try FollowedFolder("*.log")
        try logs.append("1\n2\n", to: "a.log")
        logs.look()
        try logs.rename("a.log", to: "b.log")
        #expect(logs.ingest("b.log") == ["1", "2"])
        #expect(logs.readInVain() == ["1", "2"])
        logs.follower.rewind(to: Array(logs.stored.values))
        try logs.append("3\n", to: "b.log")
        #expect(logs.settle() == ["3"])
    }

    @Test("A row of which nothing is read does not make a file begin anew that began at its end")
    func rowWithoutLines() throws {
        let logs = try FollowedFolder("*.log", fromEnd: true)
        try logs.append("1\n", to: "a.log")
        logs.look()
        var seen = try #require(logs.conditions().first).position
        (seen.offset, seen.headLength, seen.chainHash) = (0, 0, 0)
        logs.follower.rewind(to: [seen])
        try logs.append("2\n", to: "a.log")
        #expect(logs.settle() == ["2"])
    }

    @Test("A deleted file that is open loses nothing when its source goes on in another file")
    func deletedFile() throws {
        let logs = try FollowedFolder("*.log")
        try logs.append("head\n", to: "a.log")
        #expect(logs.poll() == ["head"])
        try logs.append("1\n2\n", to: "a.log")
        logs.look()
        try logs.remove("a.log")
        try logs.append("head\nother\n", to: "b.log")
        #expect(logs.ingest("b.log") == ["other"])
        #expect(logs.readInVain() == ["1", "2"])
        logs.follower.learn(Array(logs.stored.values))
        logs.look()
        logs.follower.rewind(to: Array(logs.stored.values))
        #expect(logs.settle() == ["1", "2"])
    }

    @Test("What the store does not hold yet of a file that is gone is not forgotten")
    func unstored() throws {
        let logs = try FollowedFolder("*.log")
        try logs.append("1\n", to: "a.log")
        logs.poll()
        let early = Array(logs.stored.values)
        try logs.append("2\n", to: "a.log")
        #expect(logs.poll() == ["2"])
        try logs.run("sh", "-c", "mkdir away && gzip -c a.log > away/a.log.gz && rm a.log")
        #expect(logs.settle() == [])
        logs.follower.learn(early)
        try logs.rename("away/a.log.gz", to: "a.log.gz")
        #expect(logs.settle() == [])
    }
}
