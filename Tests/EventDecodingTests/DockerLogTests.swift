import AgentEvents
import EventDecoding
import Testing

/// Docker's `json-file` wrapper.
struct DockerLogTests {
    static let event = DecodedLine.line("llm_call", #""error":"caf\u00e9 \\ \"x\"""#)

    /// Lines that are judged as they stand.
    static let refusedRows: [(line: String, outcome: LineOutcome)] = [
        (#"{"log":"#, .rejected(.invalidJSON)),
        (#"{"log":"{\"event\":\"llm"#, .rejected(.invalidJSON)),
        (#"{"log":"x\n","stream":"stdout","time":"t""#, .rejected(.invalidJSON)),
        (#"{"log":"x\q","stream":"stdout","time":"t"}"#, .rejected(.invalidJSON)),
        (#"{"log":"x\n","stream":"stdout","time":"t"} {}"#, .rejected(.invalidJSON)),
        (#"{"log":"x\n"}"#, .skipped),
        (#"{"log":"x\n","stream":"stdout"}"#, .skipped),
        (#"{"log":"x\n","stream":"stdin","time":"t"}"#, .skipped),
        (#"{"log":"x\n","stream":1,"time":"t"}"#, .skipped),
        (#"{"log":"x\n","stream":"stdout","time":1}"#, .skipped),
        (#"{"log":null,"stream":"stdout","time":"t"}"#, .skipped),
        (#"{"log":{},"stream":"stdout","time":"t"}"#, .skipped),
        (#"{"stream":"stdout","time":"t"}"#, .skipped),
        (#"{"logs":"x\n","stream":"stdout","time":"t"}"#, .skipped),
        (#"{"log":"x","stream":"stdout","time":"t","event":1}"#, .rejected(.badEvent)),
    ]

    @Test("What is not exactly a wrapper is a line like any other", arguments: refusedRows)
    func refused(line: String, outcome: LineOutcome) {
        let log = AssembledLog(line)
        #expect(log.texts == [line])
        #expect(log.outcomes == [outcome])
        #expect(log.pendingOffset == nil)
    }

    @Test("A wrapper's bytes that are not UTF-8 reject it")
    func invalidUTF8() {
        let line =
            Array(#"{"log":""#.utf8) + [0xff] + Array(#"","stream":"stdout","time":""}"#.utf8)
        #expect(AssembledLog(line + [0x0a]).outcomes == [.rejected(.invalidUTF8)])
    }

    @Test("An event that has Docker's keys too is an event")
    func native() {
        let members = #""log":"x","stream":"stdout","time":"2026-01-01T00:00:00Z""#
        let own = DecodedLine.line("llm_call", members)
        let first = "{\(members),\(own.dropFirst())"
        let log = AssembledLog(own, first)
        #expect(log.texts == [own, first])
        #expect(log.outcomes == [.event(fieldErrors: []), .event(fieldErrors: [])])
    }

    @Test("The keys stand in any order, behind white space, beside others")
    func order() {
        let token = WrappedText.text(WrappedText.escaped(Array(Self.event.utf8)))
        let log = AssembledLog(
            #"{"log":"\#(token)\n","stream":"stdout","time":"t"}"#,
            #" { "log" : "\#(token)\n" , "stream" : "stdout" , "time" : "t" } "#,
            #"{"stream":"stderr","time":"2026-01-01T00:00:00Z","log":"\#(token)\u000A"}"#,
            #"{"time":"2026-01-01T00:00:00Z","log":"\#(token)\u000a","stream":"stdout"}"#,
            #"{"attrs":{"tag":"a","event":"x"},"log":"\#(token)\n","stream":"stdout","time":""}"#,
            #"{"log":"no","log":"\#(token)\n","stream":"stdout","time":"t","attrs":{}}"# + "\r"
        )
        #expect(log.texts == Array(repeating: Self.event, count: 6))
        #expect(log.ledger.events == 6)
        #expect(log.ledger.balances)
    }

    @Test("The text is judged like a line of its own")
    func inner() {
        let inner = [
            "INFO:agent:" + Self.event, Self.event + "\r", "plain", "", " ", "\0", "{\"event\":",
            #"{"a":1}"#, #"{"event":"llm_call"}"#,
            WrappedText.text(WrappedText.docker(Array(Self.event.utf8))),
        ]
        let log = AssembledLog(
            inner.flatMap { WrappedText.docker(Array($0.utf8)) + [0x0a] }
        )
        #expect(log.texts == inner)
        #expect(
            log.outcomes == [
                .event(fieldErrors: []), .event(fieldErrors: []), .skipped, .blank, .blank, .blank,
                .rejected(.invalidJSON), .skipped, .rejected(.badRequestID), .skipped,
            ]
        )
    }

    @Test("Split at every byte, an escaped record is whole again")
    func everySplit() {
        // Docker splits bytes; what else writes this form may escape more, and cut a pair in two.
        let text = Self.event.replacing("caf", with: "\u{1f600}")
        let token =
            Array(
                WrappedText.text(WrappedText.escaped(Array(Self.event.utf8)))
                    .replacing("caf", with: #"\ud83d\ude00"#).utf8
            ) + Array("\\n".utf8)
        var splits = 0
        for position in 1..<token.count where isBetweenEscapes(token, position) {
            let log = AssembledLog(
                WrappedText.docker(token: Array(token[..<position])) + [0x0a]
                    + WrappedText.docker(token: Array(token[position...])) + [0x0a]
            )
            #expect(log.texts == [text], "split at \(position)")
            #expect(log.records.first?.offset == 0)
            #expect(log.lines == [2])
            splits += 1
        }
        #expect(splits > 80)
    }

    @Test("Half a pair without its other half is U+FFFD")
    func halfPair() {
        let log = AssembledLog(
            WrappedText.docker(token: Array(#"a\ud83d"#.utf8)) + [0x0a]
                + WrappedText.docker(token: Array(#"b\n"#.utf8)) + [0x0a]
        )
        #expect(log.texts == ["a\u{fffd}b"])
    }

    @Test("A backslash before an n is no line end")
    func backslash() {
        let log = AssembledLog(
            WrappedText.docker(token: Array(#"C:\\new\\n"#.utf8)) + [0x0a]
                + WrappedText.docker(token: Array(#" x\\\n"#.utf8)) + [0x0a]
        )
        #expect(log.texts == [#"C:\new\n x\"#])
    }

    /// Whether a token can be cut there so that both halves are tokens.
    private func isBetweenEscapes(_ token: [UInt8], _ cut: Int) -> Bool {
        var position = 0
        while position < cut {
            guard token[position] == 0x5c else {
                position += 1
                continue
            }
            position += token[position + 1] == UInt8(ascii: "u") ? 6 : 2
        }
        return position == cut
    }
}
