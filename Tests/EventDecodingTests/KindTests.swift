import AgentEvents
import EventDecoding
import Testing

/// What each kind of event takes, and that everything else becomes an attribute.
struct KindTests {
    /// One right value for every field of the format but those that all kinds need.
    private static let every: [(field: NativeField, json: String)] = [
        (.model, #""gpt""#), (.tool, #""search""#), (.inputTokens, "10"), (.outputTokens, "5"),
        (.latency, "2"), (.success, "true"), (.cost, "0.5"), (.error, #""boom""#),
        (.errorType, #""X""#), (.agent, #""a""#), (.user, #""u""#), (.session, #""s""#),
        (.provider, #""p""#), (.cacheReadTokens, "1"), (.cacheWriteTokens, "2"),
        (.reasoningTokens, "3"), (.inputIncludesCache, "true"), (.contextWindow, "100"),
        (.timeToFirstToken, "1"), (.stopReason, #""stop""#), (.attempt, "2"),
        (.eventID, #""e""#), (.parentID, #""q""#), (.arguments, #"{"k":1}"#),
        (.argumentsHash, #""h""#), (.outcome, #""failed""#), (.reason, #""why""#),
        (.delay, "9"), (.state, #""closed""#), (.name, #""n""#), (.failureCount, "4"),
    ]

    private static let identities: Set<NativeField> = [
        .agent, .user, .session, .eventID, .parentID,
    ]

    /// The fields with a column, by kind; what is in neither list is an attribute.
    static let columns: [(kind: String, fields: Set<NativeField>)] = [
        (
            "llm_call",
            identities.union([
                .model, .inputTokens, .outputTokens, .latency, .success, .cost, .error, .provider,
                .cacheReadTokens, .cacheWriteTokens, .reasoningTokens, .inputIncludesCache,
                .contextWindow, .timeToFirstToken, .stopReason, .attempt,
            ])
        ),
        ("tool_call", identities.union([.tool, .latency, .success, .error])),
        ("task_end", identities.union([.outcome, .latency, .error])),
        ("escalation", identities),
        ("retry", [.attempt, .errorType]),
        ("circuit_breaker", [.state, .name]),
        ("anything_else", identities),
    ]

    @Test("Fields without a column are kept as attributes, in order", arguments: columns)
    func attributes(kind: String, columns: Set<NativeField>) {
        let members = Self.every.map { #""\#($0.field.key)":\#($0.json)"# }
        let line =
            #"{"event":"\#(kind)","request_id":"r","timestamp":1760000000,\#(members.joined(separator: ","))}"#
        let decoded = DecodedLine(line, keepContent: true)
        let expected = zip(Self.every, members).filter { !columns.contains($0.0.field) }.map(\.1)
        #expect(decoded.outcome == .event(fieldErrors: []))
        #expect(decoded.attributes == "{\(expected.joined(separator: ","))}")
    }

    @Test("The kind's own name is the subject")
    func subject() {
        let rows: [(String, String, NameKind, String)] = [
            ("llm_call", #""model":"gpt""#, .model, "gpt"),
            ("tool_call", #""tool":"search""#, .tool, "search"),
            ("circuit_breaker", #""name":"api""#, .breaker, "api"),
            ("deploy", "", .event, "deploy"),
        ]
        for (kind, member, nameKind, subject) in rows {
            let decoded = DecodedLine(kind, member)
            let index = decoded.event?.subject ?? .none
            #expect(decoded.batch.name(index) == subject)
            #expect(decoded.batch.names[index.rawValue].first == nameKind.rawValue)
        }
    }

    @Test("Only retry events count as retries here")
    func retries() {
        #expect(DecodedLine("retry", "").event?.flags == .countsAsRetry)
        #expect(DecodedLine("llm_call", #""attempt":3"#).event?.flags == [])
    }

    @Test("A retry's class is that of its error type, if it has one")
    func retryClass() {
        #expect(
            DecodedLine("retry", #""error_type":"RateLimitError""#).event?.errorClass == .rateLimit
        )
        #expect(DecodedLine("retry", #""error_type":"Strange""#).event?.errorClass == nil)
        #expect(DecodedLine("retry", "").event?.errorClass == nil)
    }

    @Test("Fields that have no column are judged and counted all the same")
    func columnless() {
        let rows: [(String, String)] = [
            ("escalation", #""reason":7"#), ("retry", #""delay_ms":-1"#),
            ("retry", #""delay_ms":"5""#), ("circuit_breaker", #""failure_count":1.5"#),
        ]
        for (kind, member) in rows {
            let decoded = DecodedLine(kind, member)
            #expect(decoded.fieldErrors?.count == 1)
            #expect(decoded.attributes == "{\(member)}")
        }
        let long = String(repeating: "\u{e9}", count: 600)
        let cut = DecodedLine("escalation", #""reason":"\#(long)""#)
        #expect(cut.attributes == #"{"reason":"\#(long.prefix(512))"}"#)
        #expect(DecodedLine("escalation", #""reason":"""#).attributes == nil)
    }
}
