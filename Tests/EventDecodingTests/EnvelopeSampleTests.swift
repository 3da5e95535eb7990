import AgentEvents
import EventDecoding
import Foundation
import Testing

private let sampleFolder = "../shared/samples/envelopes"

/// Logs made by the real tools, or written from their specifications, outside this repository.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: sampleFolder)))
struct EnvelopeSampleTests {
    private func log(_ name: String) throws -> AssembledLog {
        AssembledLog(Array(try Data(contentsOf: URL(fileURLWithPath: "\(sampleFolder)/\(name)"))))
    }

    @Test(
        "Container logs: two events, one of them split, and plain text",
        arguments: [("SPEC-docker-json-file.log", [1, 2, 1]), ("SPEC-cri.log", [1, 3, 1])]
    )
    func containers(name: String, lines: [Int64]) throws {
        let log = try log(name)
        #expect(log.outcomes == [.event(fieldErrors: []), .event(fieldErrors: []), .skipped])
        #expect(log.lines == lines)
        #expect(log.records[1].length > 20_000)
        #expect(log.ledger.balances)
    }

    @Test("A journal with --all has every message, without it the long one is missing")
    func journal() throws {
        let all = try log("journald-all.jsonl")
        let cut = try log("journald.jsonl")
        #expect(all.records.count == 6)
        #expect(all.outcomes.prefix(5) == cut.outcomes.prefix(5))
        #expect(all.records.map(\.text).prefix(5) == cut.records.map(\.text).prefix(5))
        #expect(all.outcomes[..<3] == [.event(fieldErrors: []), .event(fieldErrors: []), .skipped])
        // The colours of a terminal around an object: bytes, and no JSON.
        #expect(all.texts[4].hasPrefix("\u{1b}[31m{\"event\""))
        #expect(all.outcomes[4] == .rejected(.invalidJSON))
        #expect(cut.outcomes[5] == .rejected(.messageLeftOut))
        #expect(all.records[5].length > 4_096)
    }

    @Test(
        "What is not wrapped by a runtime is left as it is",
        arguments: [
            "SPEC-bunyan.jsonl", "SPEC-filebeat.jsonl", "SPEC-fluent-bit-json_lines.jsonl",
            "SPEC-pino.jsonl", "SPEC-slog.jsonl", "SPEC-vector.jsonl", "SPEC-winston.jsonl",
            "SPEC-zap.jsonl", "loguru-serialize.jsonl", "python-json-logger.jsonl",
            "structlog-unix-float.jsonl", "structlog.jsonl", "journald.export",
        ]
    )
    func others(name: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(sampleFolder)/\(name)"))
        let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map(Array.init)
        let log = AssembledLog(Array(bytes))
        #expect(log.records.map(\.text) == (lines.last == [] ? lines.dropLast() : lines))
    }
}
