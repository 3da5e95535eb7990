import AgentEvents
import EventDecoding
import Testing

/// The wrapper of Kubernetes' container logs.
struct CRILogTests {
    static let event = DecodedLine.line("tool_call", "\"error\":\"caf\u{e9} \u{1f600}\"")

    @Test(
        "What is not exactly a wrapper is a line like any other",
        arguments: [
            "2026-01-01T00:00:00Z stdout", "2026-01-01T00:00:00Z stdout ",
            "2026-01-01T00:00:00Z stdin F x", "2026-01-01T00:00:00Z stdout X x",
            "2026-01-01T00:00:00Z stdout FX x", "2026-01-01T00:00:00Z stdout P:",
            "2026-13-01T00:00:00Z stdout P x", "2026-01-01T00:00:00 stdout P x",
            "2026-01-01 00:00:00Z stdout P x", "2026-01-01T00:00:00Z  stdout P x",
            "2026-01-01T00:00:00Z stdoutP x", "stdout P x", "2026-01-01T00:00:00.Z stdout P x",
            "2026-01-01T00:00:00.1234567890123456789Z stdout P x",
        ]
    )
    func refused(line: String) {
        let log = AssembledLog(line, WrappedText.text(WrappedText.cri(Array("rest".utf8))))
        #expect(
            log.texts == [line, "rest"] || line.hasSuffix(":") && log.texts == ["rest"],
            "\(log.records)"
        )
        #expect(log.ledger.lines == 2)
        #expect(log.ledger.balances)
    }

    @Test("Times, streams and tags as runtimes write them")
    func forms() {
        let log = AssembledLog(
            "2026-01-01T00:00:00Z stdout F \(Self.event)",
            "2026-01-01T00:00:00.1+00:00 stderr F \(Self.event)",
            "2026-01-01T00:00:00.123456789-07:00 stdout F:x:y \(Self.event)",
            "\0\0 2026-01-01T00:00:00.123456789Z stdout F INFO:agent:\(Self.event)\r",
            "2026-01-01T00:00:00Z stdout F ",
            "2026-01-01T00:00:00Z stdout F",
            "2026-01-01T00:00:00Z stdout F plain",
            "2026-01-01T00:00:00Z stdout F {\"event\":",
            "2026-01-01T00:00:00Z stdout F \(WrappedText.text(WrappedText.docker([0x78])))"
        )
        #expect(log.ledger.events == 4)
        #expect(
            log.outcomes.suffix(5) == [
                .blank, .blank, .skipped, .rejected(.invalidJSON), .skipped,
            ]
        )
        #expect(log.texts[8].hasPrefix("{\"log\""), "a wrapper in a wrapper is text")
    }

    @Test("Split at every byte, also inside a character, a record is whole again")
    func everySplit() {
        let bytes = Array(Self.event.utf8)
        for position in 0...bytes.count {
            let log = AssembledLog(
                WrappedText.cri(Array(bytes[..<position]), tag: "P:x") + [0x0d, 0x0a]
                    + WrappedText.cri(Array(bytes[position...]), tag: "F") + [0x0d, 0x0a]
            )
            #expect(log.texts == [Self.event], "split at \(position)")
            #expect(log.lines == [2], "split at \(position)")
            #expect(log.ledger.events == 1)
            #expect(log.ledger.balances)
        }
    }

    @Test("Records of both streams that overlap are told apart")
    func interleaved() {
        let other = DecodedLine.line("task_end", "")
        let log = AssembledLog(
            WrappedText.cri(Array(Self.event.utf8.prefix(10)), stream: "stdout", tag: "P") + [0x0a]
                + WrappedText.cri(Array(other.utf8.prefix(20)), stream: "stderr", tag: "P") + [0x0a]
                + WrappedText.cri(
                    Array(Self.event.utf8.dropFirst(10).prefix(9)),
                    stream: "stdout",
                    tag: "P"
                ) + [0x0a]
                + Array("a line that is no wrapper\n".utf8)
                + WrappedText.cri(Array(other.utf8.dropFirst(20)), stream: "stderr") + [0x0a]
                + WrappedText.cri(Array(Self.event.utf8.dropFirst(19)), stream: "stdout") + [0x0a]
        )
        #expect(log.texts == ["a line that is no wrapper", other, Self.event])
        #expect(log.lines == [1, 2, 3])
        #expect(log.ledger.joined == 3)
        #expect(log.ledger.balances)
    }
}
