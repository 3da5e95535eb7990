import AgentEvents
import EventDecoding
import Foundation
import Testing

/// Logs that Python wrapped, by its own JSON writer.
struct WrappedFixtureTests {
    private func bytes(_ name: String) throws -> [UInt8] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: root.appending(path: "fixtures/wrapped/\(name)")))
    }

    @Test(
        "Unwrapped, each log holds the plain lines",
        arguments: ["docker.log", "cri.log", "journal.jsonl"]
    )
    func unwrapped(name: String) throws {
        let plain = AssembledLog(try bytes("plain.txt"))
        let wrapped = try bytes(name)
        let log = AssembledLog(wrapped)
        let records = log.records.sorted { $0.offset < $1.offset }
        #expect(plain.records.count == 28)
        #expect(records.map(\.text) == plain.records.map(\.text))
        #expect(records.map(\.outcome) == plain.records.map(\.outcome))
        #expect(log.ledger.events == plain.ledger.events)
        #expect(log.ledger.balances)
        #expect(log.ledger.lines == Int64(wrapped.count { $0 == 0x0a }))
        #expect((log.ledger.joined > 10) == (name != "journal.jsonl"))
    }
}
