import AgentEvents
import EventDecoding
import Testing

/// Optional fields: their types, the edges of their ranges, and what becomes of a wrong one.
struct OptionalFieldTests {
    static let numbers:
        [(key: String, token: String, path: @Sendable (AgentEvent) -> Optional64, value: Int64?)] =
            [
                ("input_tokens", "0", \.uncachedInput, 0),
                ("input_tokens", "-0", \.uncachedInput, 0),
                ("input_tokens", "12.0", \.uncachedInput, 12),
                ("input_tokens", "1.2e1", \.uncachedInput, 12),
                ("input_tokens", "1000000000", \.uncachedInput, 1_000_000_000),
                ("input_tokens", "1000000001", \.uncachedInput, nil),
                ("input_tokens", "12.5", \.uncachedInput, nil),
                ("input_tokens", "-1", \.uncachedInput, nil),
                ("input_tokens", "\"12\"", \.uncachedInput, nil),
                ("input_tokens", "1e400", \.uncachedInput, nil),
                ("input_tokens", "99999999999999999999", \.uncachedInput, nil),
                ("output_tokens", "7", \.output, 7), ("output_tokens", "true", \.output, nil),
                ("cache_read_tokens", "7", \.cacheRead, 7),
                ("cache_read_tokens", "[]", \.cacheRead, nil),
                ("cache_write_tokens", "7", \.cacheWrite, 7),
                ("cache_write_tokens", "{}", \.cacheWrite, nil),
                ("reasoning_tokens", "7", \.reasoning, 7),
                ("reasoning_tokens", "-7", \.reasoning, nil),
                ("context_window", "200000", \.contextWindow, 200_000),
                ("context_window", "2e9", \.contextWindow, nil),
                ("latency_ms", "0", \.latency, 0), ("latency_ms", "812.4", \.latency, 812_400),
                ("latency_ms", "0.0005", \.latency, 0), ("latency_ms", "0.0015", \.latency, 2),
                ("latency_ms", "0.00050000000000000000000001", \.latency, 1),
                ("latency_ms", "2592000000", \.latency, 2_592_000_000_000),
                ("latency_ms", "2592000000.001", \.latency, nil),
                ("latency_ms", "-0.001", \.latency, nil),
                ("latency_ms", "1e308", \.latency, nil), ("latency_ms", "\"5\"", \.latency, nil),
                ("ttft_ms", "3.25", \.timeToFirstToken, 3250),
                ("ttft_ms", "-1", \.timeToFirstToken, nil),
                ("cost_usd", "0", \.cost, 0), ("cost_usd", "0.0123", \.cost, 12_300_000),
                ("cost_usd", "1e-9", \.cost, 1), ("cost_usd", "5e-10", \.cost, 0),
                ("cost_usd", "1.5e-9", \.cost, 2),
                ("cost_usd", "100000", \.cost, 100_000_000_000_000),
                ("cost_usd", "100000.000000001", \.cost, nil), ("cost_usd", "-1e-9", \.cost, nil),
                ("cost_usd", "1e999999999999", \.cost, nil),
                ("cost_usd", "1e-999999999999", \.cost, 0),
                ("attempt", "1", \.attempt, 1), ("attempt", "1000000", \.attempt, 1_000_000),
                ("attempt", "0", \.attempt, nil), ("attempt", "1000001", \.attempt, nil),
            ]

    @Test("Numbers are read exactly within their ranges and dropped outside", arguments: numbers)
    func number(
        key: String,
        token: String,
        path: @Sendable (AgentEvent) -> Optional64,
        value: Int64?
    ) throws {
        let decoded = DecodedLine("llm_call", #""\#(key)":\#(token)"#)
        let event = try #require(decoded.event)
        #expect(path(event).value == value)
        #expect(decoded.fieldErrors == (value == nil ? [key] : []))
        #expect(decoded.attributes == (value == nil ? #"{"\#(key)":\#(token)}"# : nil))
        #expect(event.flags.contains(.costLogged) == (key == "cost_usd" && value != nil))
    }

    static let names: [(key: String, path: @Sendable (AgentEvent) -> NameIndex, kind: NameKind)] = [
        ("agent", \.agent, .agent), ("user_id", \.user, .user), ("session_id", \.session, .session),
        ("provider", \.provider, .provider), ("stop_reason", \.stopReason, .stopReason),
    ]

    @Test("Names are kept; wrong ones are dropped and counted", arguments: names)
    func name(
        key: String,
        path: @Sendable (AgentEvent) -> NameIndex,
        kind: NameKind
    ) throws {
        let good = DecodedLine("llm_call", #""\#(key)":"caf\u00e9 \ud83d\ude00""#)
        let index = path(try #require(good.event))
        #expect(good.batch.name(index) == "caf\u{e9} \u{1f600}")
        #expect(good.batch.names[index.rawValue].first == kind.rawValue)
        #expect(good.attributes == nil)
        for wrong in ["1", "true", "[]", "\"\(String(repeating: "n", count: 1025))\""] {
            let decoded = DecodedLine("llm_call", #""\#(key)":\#(wrong)"#)
            #expect(decoded.event.map(path) == NameIndex.none)
            #expect(decoded.fieldErrors == [key])
            #expect(decoded.attributes == #"{"\#(key)":\#(wrong)}"#)
        }
        for absent in ["null", "\"\""] {
            let decoded = DecodedLine("llm_call", #""\#(key)":\#(absent)"#)
            #expect(decoded.event.map(path) == NameIndex.none)
            #expect(decoded.outcome == .event(fieldErrors: []))
            #expect(decoded.attributes == nil)
        }
    }

    @Test("An event's own identities are marked as its own")
    func ownIdentities() {
        let members = #""agent":"a","user_id":"u","session_id":"s","event_id":"e","parent_id":"p""#
        for kind in ["llm_call", "tool_call", "task_end", "escalation", "custom"] {
            let decoded = DecodedLine(kind, members)
            #expect(decoded.event?.flags == [.ownAgent, .ownUser, .ownSession])
            #expect(decoded.event.flatMap { decoded.batch.text($0.eventID) } == "e")
            #expect(decoded.event.flatMap { decoded.batch.text($0.parentID) } == "p")
            #expect(decoded.attributes == nil)
        }
        for kind in ["retry", "circuit_breaker"] {
            let decoded = DecodedLine(kind, members)
            #expect(decoded.event?.agent == NameIndex.none)
            #expect(decoded.event?.eventID == TextIndex.none)
            #expect(decoded.attributes == "{\(members)}")
        }
    }

    @Test("Half a surrogate pair and NUL become a replacement character")
    func replaced() {
        let decoded = DecodedLine("llm_call", #""agent":"a\ud800b\udc00\u0000\ud83dc""#)
        let name = decoded.event.flatMap { decoded.batch.name($0.agent) }
        #expect(name == "a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}c")
    }

    @Test("The last of duplicate keys wins, and keys may be escaped")
    func duplicates() {
        let twice = DecodedLine(
            "llm_call",
            #""agent":1,"agent":"b","latency_ms":5,"latency_ms":null"#
        )
        #expect(twice.outcome == .event(fieldErrors: []))
        #expect(twice.event.flatMap { twice.batch.name($0.agent) } == "b")
        #expect(twice.event?.latency.isKnown == false)
        #expect(twice.attributes == nil)
        let escaped = DecodedLine("llm_call", #""\u0061gent":"c","latency\u005fms":"x""#)
        #expect(escaped.event.flatMap { escaped.batch.name($0.agent) } == "c")
        #expect(escaped.fieldErrors == ["latency_ms"])
    }

    @Test("An optional request id that is wrong is a field error")
    func optionalRequestID() {
        for kind in ["circuit_breaker", "custom"] {
            let wrong = DecodedLine(kind, #""request_id":7"#)
            #expect(wrong.fieldErrors == ["request_id"])
            #expect(wrong.event?.request == RequestIndex.none)
            #expect(wrong.attributes == #"{"request_id":7}"#)
            #expect(DecodedLine(kind, #""request_id":null"#).fieldErrors == [])
        }
    }

    @Test("Times that are starts are moved by the latency")
    func starts() {
        let line = DecodedLine.line("llm_call", #""latency_ms":1500"#)
        let end = DecodedLine(line, timestampIs: .end).event?.timestamp
        let start = DecodedLine(line, timestampIs: .start).event?.timestamp
        #expect(end?.micros == 1_760_000_000_000_000)
        #expect(start?.micros == 1_760_000_001_500_000)
    }
}
