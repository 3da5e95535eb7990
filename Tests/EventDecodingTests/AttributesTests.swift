import AgentEvents
import EventDecoding
import Testing

/// What is kept of the fields that have no column.
struct AttributesTests {
    private static let hello =
        #"{"length":5,"sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}"#
    private static let escaped =
        #"{"length":5,"sha256":"99a590ac8e474cedcd4437a8c63f024f2df11e2d3d3fb813c89961f4d0ddd929"}"#
    private static let array =
        #"{"length":13,"sha256":"8fe2b0569295b6ab08fa39a839f96d2bddcf52a2dd284657c3d544f2dc933764"}"#

    static let replacedRows: [(members: String, attributes: String)] = [
        (#""prompt":"hello""#, #"{"prompt":\#(hello)}"#),
        (#""messages":[1, {"a": 2}]"#, #"{"messages":\#(array)}"#),
        (#""content":"h\u00e9\"\n""#, #"{"content":\#(escaped)}"#),
        (#""completion":"hello","input":"hello""#, #"{"completion":\#(hello),"input":\#(hello)}"#),
        (#""output":"hello","arguments":"hello""#, #"{"output":\#(hello),"arguments":\#(hello)}"#),
        (#""\u0070rompt":"hello""#, #"{"\u0070rompt":\#(hello)}"#),
        (#""x":{"prompt":"hello"}"#, #"{"x":{"prompt":\#(hello)}}"#),
        (
            #""x": [ {"y": {"content" : "h\u00e9\"\n" , "z" : 1 } } , "prompt" ] "#,
            #"{"x":[{"y":{"content":\#(escaped),"z":1}},"prompt"]}"#
        ),
        (
            #""x":{"input":[1, {"a": 2}],"output":null,"k":true}"#,
            #"{"x":{"input":\#(array),"output":null,"k":true}}"#
        ),
        (#""x":{"conten\u0074":"hello"}"#, #"{"x":{"conten\u0074":\#(hello)}}"#),
        (#""prompt":null"#, "none"), (#""x":null"#, "none"),
        (
            #""prompts":"hello","x":{"contents":"hello"}"#,
            #"{"prompts":"hello","x":{"contents":"hello"}}"#
        ),
        (#""x":{"a":"content","b":":"}"#, #"{"x":{"a":"content","b":":"}}"#),
        (#""x":[],"y":{},"z":[[[]]]"#, #"{"x":[],"y":{},"z":[[[]]]}"#),
        (#""x":1e400,"y":-0.0"#, #"{"x":1e400,"y":-0.0}"#),
    ]

    @Test("Content is replaced by its length and hash at any depth", arguments: replacedRows)
    func replaced(members: String, attributes: String) {
        let decoded = DecodedLine("llm_call", members)
        #expect(decoded.outcome == .event(fieldErrors: []))
        #expect((decoded.attributes ?? "none") == attributes)
    }

    @Test("Content stays where it is asked for, secrets masked")
    func kept() {
        let members =
            #""prompt":"h\u00e9","x":{"content":["a"]},"output":{"k":"ghp_abcdefghij0123456789"}"#
        let decoded = DecodedLine("llm_call", members, keepContent: true)
        #expect(
            decoded.attributes
                == #"{"prompt":"h\u00e9","x":{"content":["a"]},"output":{"k":"[masked:14d97147]"}}"#
        )
    }

    static let argumentsRows: [(members: String, hash: Int64?, attributes: String?)] = [
        (
            #""arguments":{"k":1}"#, -104_616_279_779_376,
            #"{"arguments":{"length":7,"sha256":"a0da1fce57d0e4f9f0ae4e4cbe040d34dcc046255c6c8d18e97f55aaed0655f0"}}"#
        ),
        (
            #""arguments":{"k": 1}"#, 75_954_899_021_152,
            #"{"arguments":{"length":8,"sha256":"4514a0c66d60ecfeb7170caceddfb3d012a7ede1afea4863ba8bcc490ccf63b8"}}"#
        ),
        (
            #""arguments":"str""#, 125_659_385_831_228,
            #"{"arguments":{"length":3,"sha256":"8c25cb3686462e9a86d2883c5688a22fe738b0bbc85f458d2d2b5f3f667c6d5a"}}"#
        ),
        (#""arguments_hash":"abc""#, -76_450_036_216_063, nil),
        (#""arguments":null,"arguments_hash":"abc""#, -76_450_036_216_063, nil),
        (#""arguments":null"#, nil, nil), (#""arguments_hash":"""#, nil, nil),
        (#""arguments_hash":7"#, nil, #"{"arguments_hash":7}"#),
    ]

    @Test("Arguments are told apart by a hash of their bytes", arguments: argumentsRows)
    func arguments(members: String, hash: Int64?, attributes: String?) throws {
        let decoded = DecodedLine("tool_call", members)
        #expect(try #require(decoded.event).argumentsHash.value == hash)
        #expect(decoded.attributes == attributes)
        // In another kind of event they are content like any other.
        #expect(DecodedLine("llm_call", members).event?.argumentsHash.value == nil)
    }

    @Test("The last of duplicate other keys survives", arguments: [2, 40])
    func duplicates(extra: Int) {
        let fill = (0..<extra).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        let decoded = DecodedLine("llm_call", #""x":1,"\u0078":2,\#(fill),"x":3,"k0":null"#)
        let rest = (1..<extra).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        #expect(decoded.attributes == #"{\#(rest),"x":3}"#)
    }

    @Test("At most 4 KiB of whole fields are kept, and the rest is counted")
    func cap() {
        let large = String(repeating: "v", count: 3000)
        let decoded = DecodedLine(
            "llm_call",
            #""a":"\#(large)","b":"\#(large)","c":{"d":["\#(large)"]},"e":1"#
        )
        #expect(decoded.attributes == #"{"a":"\#(large)","e":1,"_dropped":2}"#)
        for length in 4000...4200 {
            let value = String(repeating: "v", count: length)
            let attributes = DecodedLine("llm_call", #""a":"\#(value)""#).attributes ?? ""
            #expect(attributes.utf8.count <= 4096)
            #expect(attributes == #"{"a":"\#(value)"}"# || attributes == #"{"_dropped":1}"#)
        }
    }

    @Test("Very many fields end in a small object")
    func many() {
        let fields = (0..<100_000).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        let attributes = DecodedLine("llm_call", fields).attributes ?? ""
        #expect(attributes.utf8.count <= 4096)
        #expect(attributes.hasPrefix(#"{"k0":0,"k1":1,"#))
        #expect(attributes.contains(#","_dropped":"#))
    }
}
