import AgentEvents
import EventDecoding
import Testing

/// What a line must have, and the reason that is given where it has not.
struct RequiredFieldTests {
    private static let long = String(repeating: "x", count: 1025)

    static let rejectedRows: [(kind: String, members: String, reason: RejectionReason)] = [
        ("llm_call", #""event":"""#, .badEvent),
        ("llm_call", #""event":7"#, .badEvent),
        ("llm_call", #""event":["llm_call"]"#, .badEvent),
        ("llm_call", #""event":"\#(String(repeating: "e", count: 257))""#, .badEvent),
        ("llm_call", #""request_id":null"#, .badRequestID),
        ("llm_call", #""request_id":"""#, .badRequestID),
        ("llm_call", #""request_id":17"#, .badRequestID),
        ("tool_call", #""request_id":"\#(long)""#, .badRequestID),
        ("task_end", #""request_id":{}"#, .badRequestID),
        ("escalation", #""request_id":null"#, .badRequestID),
        ("retry", #""request_id":false"#, .badRequestID),
        ("llm_call", #""model":null"#, .badModel),
        ("llm_call", #""model":"""#, .badModel),
        ("llm_call", #""model":4"#, .badModel),
        ("llm_call", #""model":"\#(long)""#, .badModel),
        ("tool_call", #""tool":null"#, .badTool),
        ("tool_call", #""tool":"""#, .badTool),
        ("tool_call", #""tool":["t"]"#, .badTool),
        ("tool_call", #""tool":"\#(long)""#, .badTool),
        ("llm_call", #""timestamp":null"#, .badTimestamp),
        ("llm_call", #""timestamp":true"#, .badTimestamp),
        ("llm_call", #""timestamp":"yesterday""#, .badTimestamp),
        ("llm_call", #""timestamp":"""#, .badTimestamp),
        ("generic", #""timestamp":{}"#, .badTimestamp),
        ("circuit_breaker", #""timestamp":null"#, .badTimestamp),
        ("llm_call", #""timestamp":0"#, .timestampOutOfRange),
        ("llm_call", #""timestamp":-1760000000"#, .timestampOutOfRange),
        ("llm_call", #""timestamp":1e400"#, .timestampOutOfRange),
        ("llm_call", #""timestamp":-1e400"#, .timestampOutOfRange),
        ("llm_call", #""timestamp":1420070399.999999"#, .timestampOutOfRange),
        ("llm_call", #""timestamp":"2014-12-31T23:59:59.999999Z""#, .timestampOutOfRange),
        ("llm_call", #""timestamp":"2026-11-24T00:00:00.000001Z""#, .timestampOutOfRange),
        ("llm_call", #""timestamp":"9999-12-31T23:59:59Z""#, .timestampOutOfRange),
        ("task_end", #""outcome":null"#, .badOutcome),
        ("task_end", #""outcome":"done""#, .badOutcome),
        ("task_end", #""outcome":"Completed""#, .badOutcome),
        ("task_end", #""outcome":true"#, .badOutcome),
        ("circuit_breaker", #""state":null"#, .badState),
        ("circuit_breaker", #""state":"half_open""#, .badState),
        ("circuit_breaker", #""state":1"#, .badState),
        ("llm_call", #""success":"yes""#, .badSuccess),
        ("llm_call", #""success":"True""#, .badSuccess),
        ("llm_call", #""success":2"#, .badSuccess),
        ("llm_call", #""success":0.5"#, .badSuccess),
        ("llm_call", #""success":1e400"#, .badSuccess),
        ("llm_call", #""success":"""#, .badSuccess),
        ("tool_call", #""success":[]"#, .badSuccess),
    ]

    @Test("A required field that is missing or wrong rejects the line", arguments: rejectedRows)
    func rejected(kind: String, members: String, reason: RejectionReason) {
        let decoded = DecodedLine(kind, members)
        #expect(decoded.outcome == .rejected(reason))
        #expect(decoded.batch.names.count == 0)
        #expect(decoded.batch.requestIDs.count == 0)
        #expect(decoded.batch.texts.count == 0)
    }

    @Test("Of several wrong fields the first in the order of the reasons is named")
    func order() {
        var members = [
            (#""event":1"#, RejectionReason.badEvent), (#""request_id":1"#, .badRequestID),
            (#""model":1"#, .badModel), (#""timestamp":true"#, .badTimestamp),
            (#""success":9"#, .badSuccess),
        ]
        while let first = members.first {
            let decoded = DecodedLine("llm_call", members.map(\.0).joined(separator: ","))
            #expect(decoded.outcome == .rejected(first.1))
            members.removeFirst()
        }
    }

    static let successes: [(member: String, succeeded: Bool)] = [
        (#""success":true"#, true), (#""success":false"#, false), (#""success":1"#, true),
        (#""success":0"#, false), (#""success":1.0"#, true), (#""success":-0"#, false),
        (#""success":"true""#, true), (#""success":"false""#, false), (#""success":"1""#, true),
        (#""success":"0""#, false), (#""success":null"#, true), (#""x":1"#, true),
        (#""error":"""#, true), (#""error":null"#, true), (#""error":"boom""#, false),
        (#""error":"boom","success":true"#, true), (#""success":null,"error":"boom""#, false),
        (#""success":false,"success":true"#, true), (#""error_type":"X""#, true),
    ]

    @Test(
        "Success is read in all its forms, and follows the error where absent",
        arguments: successes,
        ["llm_call", "tool_call"]
    )
    func success(row: (member: String, succeeded: Bool), kind: String) {
        #expect(DecodedLine(kind, row.member).event?.succeeded == row.succeeded)
    }

    @Test("Lengths at the limit are accepted, counted in bytes of the unescaped text")
    func longest() {
        let longest = String(repeating: "x", count: 1022) + #"\u00e9"#
        let decoded = DecodedLine("llm_call", #""model":"\#(longest)""#)
        #expect(decoded.event.flatMap { decoded.batch.name($0.subject) }?.utf8.count == 1024)
        let over = DecodedLine("llm_call", #""model":"x\#(longest)""#)
        #expect(over.outcome == .rejected(.badModel))
    }

    @Test("Outcomes and states have the codes that are stored")
    func codes() {
        for outcome in TaskOutcome.allCases {
            let decoded = DecodedLine("task_end", #""outcome":"\#(outcome.name)""#)
            #expect(decoded.event?.outcome == outcome)
        }
        for state in BreakerState.allCases {
            let decoded = DecodedLine("circuit_breaker", #""state":"\#(state.name)""#)
            #expect(decoded.event?.outcomeCode == state.rawValue)
        }
    }
}
