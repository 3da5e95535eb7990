import AgentEvents
import EventStorage
import Foundation
import GRDB
import SQLiteStorage

/// A database in a folder of its own, removed with the fixture.
final class StoreFixture {
    let folder: String
    let path: String

    init() throws {
        folder = NSTemporaryDirectory() + "store-\(UUID().uuidString)"
        path = folder + "/test.db"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }  // a leftover harms nobody

    func open() throws -> SQLiteStore {
        try SQLiteStore.openForWriting(path, seed: StoreSeed(thresholds: [], prices: []))
    }

    /// Opens it with cells of minutes in all quarters of an hour that hold so many units.
    func open(minuteCellsFrom units: Int64) throws -> SQLiteStore {
        let store = try open()
        try DatabaseQueue(path: path).write {
            try $0.execute(
                sql: "UPDATE settings SET value = ? WHERE name = 'minute_cells_from'",
                arguments: [units]
            )
        }
        return store
    }

    /// The rows of a query, values joined by `|`.
    func rows(_ sql: String) throws -> [String] {
        var rows: [String] = []
        try SQLConsole.run(
            sql,
            database: path,
            seconds: 10,
            onColumns: { _ in },
            onRow: { row in rows.append(row.map { "\($0)" }.joined(separator: "|")) }
        )
        return rows
    }
}

/// An event before it is put into a batch, with its names as text.
struct Draft {
    var event: AgentEvent
    var request: String?
    var agent: String?
    var user: String?
    var session: String?
    var subject = "m"
    var eventID: String?
    var errorText: String?

    init(
        _ kind: EventKind,
        request: String?,
        at seconds: Double,
        offset: Int64,
        agent: String? = nil,
        latency: Double? = nil,
        outcome: TaskOutcome? = nil
    ) {
        event = AgentEvent(
            kind: kind,
            source: 0,
            offset: offset,
            timestamp: Timestamp(micros: 1_767_600_000_000_000 + Int64(seconds * 1_000_000))
        )
        event.latency = Optional64(latency.map { Int64($0 * 1_000_000) })
        event.outcomeCode = outcome?.rawValue ?? 0  // no outcome
        self.request = request
        self.agent = agent
    }
}

extension Draft {
    /// Events of six requests and of none, in no order of time, with whatever makes requests differ.
    static func random(_ count: Int, _ generator: inout SeededGenerator) -> [Draft] {
        (0..<count).map { index in
            let kinds: [EventKind] = [
                .llmCall, .llmCall, .toolCall, .taskEnd, .retry, .escalation, .generic,
            ]
            let kind = kinds[Int(generator.next() % 7)]
            let outcome: TaskOutcome = generator.next() % 2 == 0 ? .completed : .failed
            var draft = Draft(
                kind,
                request: kind == .generic && generator.next() % 2 == 0
                    ? nil : "r\(generator.next() % 6)",
                at: Double(generator.next() % 200_000),
                offset: Int64(index),
                agent: generator.next() % 4 == 0 ? "a\(generator.next() % 3)" : nil,
                latency: kind.isCall && generator.next() % 3 > 0
                    ? Double(generator.next() % 500) : nil,
                outcome: kind == .taskEnd ? outcome : nil
            )
            let hasFailed = generator.next() % 3 == 0
            if kind.isCall, hasFailed {
                draft.event.succeeded = false
                draft.event.errorClassCode = ErrorClass.other.rawValue
            }
            draft.event.uncachedInput = Optional64(Int64(generator.next() % 100))
            if kind == .llmCall {
                draft.event.attempt = Optional64(Int64(generator.next() % 2 + 1))
            }
            draft.event.argumentsHash =
                kind == .toolCall ? Optional64(Int64(generator.next() % 2)) : nil
            return draft
        }
    }
}

extension IngestBatch {
    /// A batch of events of one source, read from an offset on.
    init(_ drafts: [Draft], path: String = "/log", from start: Int64, to end: Int64) {
        self.init()
        for draft in drafts {
            var event = draft.event
            if let request = draft.request {
                event.request = Array(request.utf8).withUnsafeBytes { events.request($0) }
            }
            if let agent = draft.agent {
                event.agent = Array(agent.utf8).withUnsafeBytes { events.name(.agent, $0) }
                event.flags.insert(.ownAgent)
            }
            if let user = draft.user {
                event.user = Array(user.utf8).withUnsafeBytes { events.name(.user, $0) }
                event.flags.insert(.ownUser)
            }
            if let session = draft.session {
                event.session = Array(session.utf8).withUnsafeBytes { events.name(.session, $0) }
                event.flags.insert(.ownSession)
            }
            event.subject = Array(draft.subject.utf8).withUnsafeBytes {
                events.name(event.kind == .toolCall ? .tool : .model, $0)
            }
            if let text = draft.errorText {
                event.errorText = Array(text.utf8).withUnsafeBytes { events.name(.errorText, $0) }
            }
            if let id = draft.eventID { event.eventID = events.texts.append(Array(id.utf8)) }
            events.events.append(event)
        }
        var position = SourcePosition(path: path)
        position.offset = end
        var progress = SourceProgress(startOffset: start, position: position)
        progress.ledger.lines = Int64(drafts.count)
        progress.ledger.events = Int64(drafts.count)
        sources = [progress]
    }
}

/// splitmix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
