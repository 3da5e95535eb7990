import AgentEvents
import EventDecoding
import Testing

/// Entries that `journalctl -o json` writes.
struct JournalLogTests {
    static let event = DecodedLine.line("task_end", #""error":"caf\u00e9 \\ \"x\"""#)

    static let refusedRows: [(line: String, outcome: LineOutcome)] = [
        (WrappedText.journal(message: "\"x"), .rejected(.invalidJSON)),
        (#"{"MESSAGE":"x"}"#, .skipped),
        (#"{"__CURSOR":"s","PRIORITY":"6"}"#, .skipped),
        (WrappedText.journal(message: "7"), .skipped),
        (WrappedText.journal(message: "{}"), .skipped),
        (WrappedText.journal(message: "true"), .skipped),
        (WrappedText.journal(message: "[1,256]"), .skipped),
        (WrappedText.journal(message: "[1,-1]"), .skipped),
        (WrappedText.journal(message: "[1.0]"), .skipped),
        (WrappedText.journal(message: "[1,\"x\"]"), .skipped),
        (WrappedText.journal(message: "[99999999999999999999]"), .skipped),
        (WrappedText.journal(message: "[[[1]]]"), .skipped),
        (WrappedText.journal(message: "null"), .rejected(.messageLeftOut)),
        (WrappedText.journal(message: "[null]"), .rejected(.messageLeftOut)),
    ]

    @Test(
        "What is not exactly an entry with a message is kept as it stands",
        arguments: refusedRows
    )
    func refused(line: String, outcome: LineOutcome) {
        let log = AssembledLog(line)
        #expect(log.texts == [line])
        #expect(log.outcomes == [outcome])
    }

    @Test("An event in capitals with the journal's keys is an event")
    func native() {
        let line = #"{"MESSAGE":"x","__CURSOR":"s",\#(Self.event.dropFirst())"#
        #expect(AssembledLog(line).texts == [line])
        #expect(AssembledLog(line).outcomes == [.event(fieldErrors: [])])
    }

    @Test("The message is a string, bytes, or the last of several")
    func forms() {
        let token = WrappedText.text(WrappedText.escaped(Array(Self.event.utf8)))
        let numbers = "[" + Self.event.utf8.map(String.init).joined(separator: ",") + "]"
        let log = AssembledLog(
            WrappedText.journal(message: "\"\(token)\""),
            WrappedText.journal(message: numbers),
            WrappedText.journal(message: numbers.replacing(",", with: " , ")),
            WrappedText.journal(message: "[\"first\",\"\(token)\"]"),
            WrappedText.journal(message: "[\"first\",\(numbers)]"),
            WrappedText.journal(message: "[[65],\(numbers)]"),
            #"{"MESSAGE":"\#(token)","__REALTIME_TIMESTAMP":"1795444444000000"}"#,
            #"{"SYSLOG_IDENTIFIER":"a","MESSAGE":"old","MESSAGE":"\#(token)","__CURSOR":"s"}"#
        )
        #expect(log.texts == Array(repeating: Self.event, count: 8))
        #expect(log.ledger.events == 8)
    }

    @Test("The text is judged like a line of its own")
    func inner() {
        let log = AssembledLog(
            WrappedText.journal(message: #""""#),
            WrappedText.journal(message: "[]"),
            WrappedText.journal(message: #""plain""#),
            WrappedText.journal(message: "[123,34,255]"),
            WrappedText.journal(message: #""2026-01-01T00:00:00Z stdout P part""#),
            WrappedText.journal(message: #""{\"event\":\"x\"}""#)
        )
        #expect(
            log.outcomes == [
                .blank, .blank, .skipped, .rejected(.invalidUTF8), .skipped,
                .rejected(.badTimestamp),
            ]
        )
        #expect(log.texts[4] == "2026-01-01T00:00:00Z stdout P part")
        #expect(log.pendingOffset == nil)
    }
}
