import AgentEvents
import EventDecoding
import Testing

/// What is an event, what is rejected and what is skipped, by the text of the line.
struct LineEdgeTests {
    static let valid = DecodedLine.line("llm_call", "")

    static let refusedRows: [(line: [UInt8], outcome: LineOutcome)] = [
        (utf8("{"), .rejected(.invalidJSON)),
        (utf8("{}}"), .rejected(.invalidJSON)),
        (utf8("{} x"), .rejected(.invalidJSON)),
        (utf8(#"{"a":{"b":tru}}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":[1,2,]}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":1,}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a" 1}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":NaN}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":Infinity}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":01}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":1.}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":.5}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":+1}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":1e}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":-}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":0x1}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":"b}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":"\x"}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":"\u12"}"#), .rejected(.invalidJSON)),
        (utf8(#"{"a":["\u12g4"]}"#), .rejected(.invalidJSON)),
        (utf8("{\"a\":\"\u{1}\"}"), .rejected(.invalidJSON)),
        (utf8("{\"a\":\u{0}}"), .rejected(.invalidJSON)),
        (utf8(#"{'a':1}"#), .rejected(.invalidJSON)),
        (utf8(String(valid.dropLast())), .rejected(.invalidJSON)),
        (utf8(valid + valid), .rejected(.invalidJSON)),
        (utf8(#"{"a":""#) + [0xff] + utf8(#""}"#), .rejected(.invalidUTF8)),
        (utf8(#"{"a":""#) + [0xed, 0xa0, 0x80] + utf8(#""}"#), .rejected(.invalidUTF8)),
        (utf8(#"{"a":""#) + [0xc0, 0x80] + utf8(#""}"#), .rejected(.invalidUTF8)),
        (utf8(#"{"a":"caf"#) + [0xc3], .rejected(.invalidUTF8)),
        (nested(513), .rejected(.nestedTooDeep)),
        (nested(512), .skipped),
        ([], .blank), (utf8(" \t "), .blank), ([0, 0, 0], .blank), ([0, 0x20, 0x0d], .blank),
        (utf8("plain text"), .skipped),
        (utf8("[1,2]"), .skipped), (utf8("42"), .skipped), (utf8(#""text""#), .skipped),
        (utf8("[\(valid)]"), .rejected(.invalidJSON)),
        (utf8("{}"), .skipped), (utf8(#"{"event":null,"a":1}"#), .skipped),
        (utf8(#"{"Event":"llm_call"}"#), .skipped),
        (utf8("INFO {\"a\":"), .rejected(.invalidJSON)),
        (utf8("INFO \(valid) trailing"), .rejected(.invalidJSON)),
        (utf8("INFO { \"event\": 1 }"), .skipped),
        (utf8("INFO {\"event\":\"llm_call\"}"), .rejected(.badRequestID)),
    ]

    @Test("A line that is no event has one outcome and leaves nothing", arguments: refusedRows)
    func refused(line: [UInt8], outcome: LineOutcome) {
        let decoded = DecodedLine(line)
        #expect(decoded.outcome == outcome)
        #expect(decoded.batch.events.isEmpty)
        #expect(decoded.batch.names.count == 0)
        #expect(decoded.batch.texts.count == 0)
    }

    static let acceptedRows: [[UInt8]] = [
        utf8(valid), utf8(valid + "\r"), utf8("  " + valid + " \r"), [0, 0, 0] + utf8(valid),
        utf8("INFO:agent:" + valid), utf8("2026-01-01 10:00:00 [main] {x} " + valid),
        [0xff, 0xfe] + utf8(valid),
        utf8(#"{ "event" : "llm_call" , "request_id":"r","model":"m","timestamp":1.76e9 }"#),
    ]

    @Test("Prefixes, leading NULs and white space do not hide an event", arguments: acceptedRows)
    func accepted(line: [UInt8]) {
        let decoded = DecodedLine(line)
        #expect(decoded.outcome == .event(fieldErrors: []))
        #expect(decoded.event?.timestamp == Timestamp(micros: 1_760_000_000_000_000))
        #expect(decoded.event?.offset == 100)
        #expect(decoded.event?.source == 3)
    }

    @Test("A byte order mark is taken off at the start of a file")
    func byteOrderMark() {
        let line = [0xef, 0xbb, 0xbf] + Self.utf8("{}}")
        #expect(DecodedLine(line, offset: 0).outcome == .rejected(.invalidJSON))
        // Elsewhere it is a prefix, and what follows it is no event.
        #expect(DecodedLine([0xef, 0xbb, 0xbf] + Self.utf8("{}}"), offset: 7).outcome == .skipped)
        #expect(DecodedLine([0xef, 0xbb, 0xbf], offset: 0).outcome == .blank)
    }

    @Test("An unterminated last line is an event once its object is whole")
    func wholeJSON() {
        let decoder = LineDecoder(
            options: DecodingOptions(keepContent: false, now: DecodedLine.now)
        )
        for length in 0...Self.valid.utf8.count {
            let line = Array(Self.valid.utf8.prefix(length))
            let isWhole = DecodedLine.padded(line) { decoder.isWholeJSON($0) }
            #expect(isWhole == (length == Self.valid.utf8.count))
        }
        let prefixed = Self.utf8("INFO " + Self.valid)
        #expect(DecodedLine.padded(prefixed) { decoder.isWholeJSON($0) })
        #expect(!DecodedLine.padded(Self.utf8("text")) { decoder.isWholeJSON($0) })
    }

    @Test("A line of more than 16 MiB is rejected, whatever it holds")
    func tooLong() {
        let line = [UInt8](repeating: 0x20, count: (16 << 20) + 1)
        #expect(DecodedLine(line).outcome == .rejected(.lineTooLong))
    }

    @Test("A long line, and a short one after it, are read by the same decoder")
    func longLine() {
        let decoder = LineDecoder(
            options: DecodingOptions(keepContent: false, now: DecodedLine.now)
        )
        var batch = EventBatch()
        let long = DecodedLine.line(
            "llm_call",
            #""x":"\#(String(repeating: "y", count: 9 << 20))""#
        )
        for line in [Self.valid, long, Self.valid] {
            let outcome = DecodedLine.padded(Array(line.utf8)) {
                decoder.decode($0, offset: 1, source: 0, into: &batch)
            }
            #expect(outcome == .event(fieldErrors: []))
        }
        #expect(batch.text(batch.events[1].attributes) == #"{"_dropped":1}"#)
    }

    static func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func nested(_ depth: Int) -> [UInt8] {
        utf8(
            #"{"a":"# + String(repeating: "[", count: depth - 1)
                + String(repeating: "]", count: depth - 1) + "}"
        )
    }
}
