import AgentEvents
import EventStorage
import Foundation
import SQLiteStorage
import Testing

struct NoteTests {
    private let fixture: StoreFixture
    private let store: SQLiteStore
    private static let now = Timestamp(micros: 1_767_600_000_000_000)

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.open()
    }

    private func source() throws -> StoredSource? { try store.status(now: Self.now).sources.first }

    private func readOne(from start: Int64 = 0, to end: Int64 = 10) throws {
        let draft = Draft(.llmCall, request: "r\(start)", at: 0, offset: start)
        _ = try store.commit(IngestBatch([draft], from: start, to: end), now: Self.now)
    }

    @Test("A commit stores the whole position and gives it back")
    func position() throws {
        var batch = IngestBatch([], from: 0, to: 77)
        var position = SourcePosition(path: "/log")
        position.generation = 3
        position.device = 4
        position.inode = 5
        position.headLength = 6
        position.headHash = -7
        position.tailHash = .max
        position.chainHash = .min
        position.offset = 77
        position.size = 40
        position.archiveSize = 40
        position.seenAt = "/log.1.gz"
        position.identity = "archive of /log"
        batch.sources[0].position = position
        _ = try store.commit(batch, now: Self.now)
        #expect(try store.positions() == [position])
        #expect(try source()?.position == position)
    }

    @Test("A note changes what was seen, and never the offset")
    func changes() throws {
        try readOne()
        let before = try #require(try store.positions().first)
        var note = SourceNote(before, error: "permission denied", behindSince: Self.now - 5)
        note.device = 1
        note.inode = 2
        note.size = 99
        note.seenAt = "/log.1"
        note.identity = "same file, renamed"
        try store.noteSources([note], now: Self.now + 1)
        let noted = try #require(try source())
        var expected = before
        expected.device = 1
        expected.inode = 2
        expected.size = 99
        expected.seenAt = "/log.1"
        expected.identity = "same file, renamed"
        #expect(noted.position == expected)
        #expect(noted.lastError == "permission denied")
        #expect(noted.behindSince == Self.now - 5)
        #expect(noted.lastRead == Self.now)
        try store.noteSources([SourceNote(expected)], now: Self.now + 2)
        #expect(try source()?.lastError == nil)
        #expect(try source()?.behindSince == nil)
    }

    @Test(
        "A source that was never read has a row when it has an error or bytes, and can then be read"
    )
    func neverRead() throws {
        var note = SourceNote(SourcePosition(path: "/log"))
        try store.noteSources([note], now: Self.now)
        #expect(try store.positions().isEmpty)
        note.size = 10
        try store.noteSources([note], now: Self.now)
        #expect(try store.positions().map(\.size) == [10])
        note.path = "/denied"
        note.size = 0
        note.error = "permission denied"
        try store.noteSources([note], now: Self.now)
        #expect(try store.positions().map(\.path) == ["/denied", "/log"])
        try readOne()
        #expect(try store.positions().map(\.offset) == [0, 10])
    }

    @Test("Nothing is written where nothing changes")
    func idle() throws {
        try readOne()
        let note = SourceNote(try #require(try store.positions().first), error: "x")
        try store.noteSources([note], now: Self.now)
        func log() throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: fixture.path + "-wal"))
        }
        let before = try log()
        #expect(!before.isEmpty)
        try store.noteSources([note], now: Self.now + Micros.hour)
        try store.noteSources([], now: Self.now + Micros.hour)
        #expect(try log() == before)
    }

    @Test("What was read to the end is not behind, what is read in part still is")
    func behind() throws {
        try readOne()
        var note = SourceNote(try #require(try store.positions().first), behindSince: Self.now)
        note.size = 30
        try store.noteSources([note], now: Self.now)
        func read(from start: Int64, to end: Int64) throws {
            var batch = IngestBatch([], from: start, to: end)
            batch.sources[0].position.size = 30
            _ = try store.commit(batch, now: Self.now + 1)
        }
        try read(from: 10, to: 20)
        #expect(try source()?.behindSince == Self.now)
        try read(from: 20, to: 30)
        #expect(try source()?.behindSince == nil)
    }

    @Test("A commit from another offset, or of a source that is gone, says that the source moved")
    func moved() throws {
        try readOne()
        for start: Int64 in [0, 5, 11] {
            let error = #expect(throws: StoreError.self) { try readOne(from: start, to: 50) }
            #expect(error?.code == .moved)
        }
        let batch = IngestBatch([], path: "/gone", from: 5, to: 9)
        let error = #expect(throws: StoreError.self) { try store.commit(batch, now: Self.now) }
        #expect(error?.code == .moved)
        #expect(try store.positions().map(\.path) == ["/log"])
    }

    @Test("Lines of the last five minutes are counted")
    func recentLines() throws {
        for (index, minutes) in [0, 4, 5, 6, 60].enumerated() {
            let start = Int64(index * 10)
            let batch = IngestBatch(
                [Draft(.llmCall, request: "r", at: 0, offset: start)],
                from: start,
                to: start + 10
            )
            _ = try store.commit(batch, now: Self.now - Int64(minutes) * Micros.minute)
        }
        let source = try #require(try source())
        #expect(source.recentLines == 2)
        #expect(source.ledger.lines == 5)
        #expect(source.firstRead == Self.now)
        #expect(
            source.newestEvent == Draft(.llmCall, request: nil, at: 0, offset: 0).event.timestamp
        )
    }

    @Test("A follower's sign of life is there until it stops in good order")
    func heartbeat() throws {
        try store.heartbeat(nil)
        #expect(try store.status(now: Self.now).follower == nil)
        for step: Int64 in 0..<2 {
            var follower = FollowerHeartbeat(pid: 7, startedAt: Self.now, lookedAt: Self.now + step)
            try store.heartbeat(follower)
            follower.holdsLock = false
            #expect(try store.status(now: Self.now).follower == follower)
        }
        try store.heartbeat(nil)
        #expect(try store.status(now: Self.now).follower == nil)
    }

    @Test(
        "Events that a follower which had caught up brings more than 70 s after their time are late",
        arguments: [(70.0, true, 0), (70.000001, true, 1), (3_600.0, true, 1), (3_600.0, false, 0)]
    )
    func lateEvents(delay: Double, isFollowed: Bool, expected: Int64) throws {
        var drafts = [Draft(.llmCall, request: "r", at: -delay, offset: 0)]
        // A duplicate is late too, and no event.
        drafts.append(Draft(.llmCall, request: "r", at: -delay, offset: 1))
        for index in drafts.indices { drafts[index].eventID = "e" }
        drafts.append(Draft(.llmCall, request: nil, at: 0, offset: 2))
        var batch = IngestBatch(drafts, from: 0, to: 3)
        batch.sources[0].isFollowed = isFollowed
        let zero = Draft(.llmCall, request: nil, at: 0, offset: 0).event.timestamp
        _ = try store.commit(batch, now: zero)
        #expect(try source()?.ledger.lateEvents == expected)
        #expect(try source()?.ledger.events == 2)
    }
}

extension NoteTests {
    @Test("Whether anybody ever followed, and how far reading is behind")
    func following() throws {
        func state() throws -> FollowState? { try store.read { try $0.following() } }
        try readOne()
        #expect(try state() == nil)
        let follower = FollowerHeartbeat(pid: 7, startedAt: Self.now, lookedAt: Self.now + 1)
        try store.heartbeat(follower)
        #expect(try state() == FollowState(behindSince: nil, heartbeat: follower))
        var note = SourceNote(try #require(try store.positions().first), behindSince: Self.now + 9)
        var other = note
        other.path = "/other"
        other.size = 1
        other.behindSince = Self.now + 8
        try store.noteSources([note, other], now: Self.now)
        try store.heartbeat(nil)
        #expect(try state() == FollowState(behindSince: Self.now + 8, heartbeat: nil))
        (note.behindSince, other.behindSince) = (nil, nil)
        try store.noteSources([note, other], now: Self.now)
        #expect(try state() == FollowState(behindSince: nil, heartbeat: nil))
    }

    @Test("A note alone tells that somebody follows")
    func followedByNote() throws {
        var note = SourceNote(SourcePosition(path: "/log"), behindSince: Self.now)
        note.size = 1
        try store.noteSources([note], now: Self.now)
        let state = try store.read { try $0.following() }
        #expect(state == FollowState(behindSince: Self.now, heartbeat: nil))
    }
}
