import AgentEvents
import EventDecoding
import Testing

/// Equal errors become equal texts.
struct ErrorTextTests {
    static let texts: [(text: String, normal: String)] = [
        ("", ""), ("  \n ", ""), ("boom", "boom"),
        ("Error code: 429 - slow", "Error code: # - slow"),
        ("a\n\t b  c ", "a b c"),
        ("job 550e8400-e29b-41d4-a716-446655440000 failed", "job <id> failed"),
        ("req_011CQabcdefghijklmnop died", "req_<id> died"),
        ("at 0x7f3a9c00, hash deadbeef01", "at <id>, hash <id>"),
        ("gpt-4o took 12.5s", "gpt-#o took #.#s"),
        ("cafe closed, facade stays", "cafe closed, facade stays"),
        ("key sk-abcdef1234567890abcdef bad", "key [masked:600bad91] bad"),
        (String(repeating: "\u{e9}", count: 150), String(repeating: "\u{e9}", count: 100)),
        (
            "x" + String(repeating: "\u{e9}", count: 150),
            "x" + String(repeating: "\u{e9}", count: 99)
        ),
    ]

    @Test("Digits, ids, white space and secrets are taken out", arguments: texts)
    func normal(text: String, normal: String) {
        var output: [UInt8] = []
        Array(text.utf8).withUnsafeBytes { ErrorText.append($0, to: &output) }
        #expect(String(decoding: output, as: UTF8.self) == normal)
    }

    @Test("The text stays beside its class; the type is its text where there is no other")
    func stored() {
        let both = DecodedLine("llm_call", #""error":"slow 17","error_type":"RateLimitError""#)
        #expect(both.event.flatMap { both.batch.name($0.errorText) } == "slow #")
        #expect(both.attributes == #"{"error_type":"RateLimitError"}"#)
        let type = DecodedLine("llm_call", #""error_type":"RateLimitError","success":0"#)
        #expect(type.event.flatMap { type.batch.name($0.errorText) } == "RateLimitError")
        #expect(type.attributes == nil)
    }

    /// What is logged as `error`, the text and class that it has, and whether the call failed.
    static let logged: [(error: String, text: String?, errorClass: ErrorClass?)] = [
        (#"{"message":"x"}"#, "x", .other), (#"{"type":"server_error"}"#, "server_error", .server),
        (#"{"code":429}"#, "#", .rateLimit),
        (#"{"code":"insufficient_quota"}"#, "insufficient_quota", .rateLimit),
        (
            #"{"type":"invalid_request_error","code":"context_length_exceeded","message":"Too long"}"#,
            "Too long", .contextLength
        ),
        (
            #"{"type":"server_error","code":503,"message":"The model is overloaded"}"#,
            "The model is overloaded", .overloaded
        ),
        (#"{"error":{"message":"a \"b\"\nc","type":"timeout"}}"#, #"a "b" c"#, .timeout),
        (#"{"message":"","type":"overloaded_error"}"#, "overloaded_error", .overloaded),
        (#"{"message":{"deep":1}}"#, #"{"message":{"deep":#}}"#, .other),
        (#"["boom"]"#, #"["boom"]"#, .other), ("503", "#", .server), ("true", "true", .other),
        ("0", "#", .other), (#""boom""#, "boom", .other),
        ("{}", nil, nil), ("{ }", nil, nil), ("[]", nil, nil), ("[ ]", nil, nil),
        (#""""#, nil, nil),
        ("false", nil, nil), ("null", nil, nil),
    ]

    @Test("An error fails the call in whatever form it was logged", arguments: logged)
    func forms(error: String, text: String?, errorClass: ErrorClass?) throws {
        let line = DecodedLine("llm_call", #""error":\#(error)"#)
        let event = try #require(line.event)
        #expect(event.succeeded == (text == nil))
        #expect(line.batch.name(event.errorText) == text)
        #expect(event.errorClass == errorClass)
        #expect(line.fieldErrors == [])
        // What is no text is kept as it was.
        let isText = error.hasPrefix("\"")
        #expect(line.attributes?.contains("error") ?? false == (text != nil && !isText))
        let succeeded = DecodedLine("llm_call", #""success":true,"error":\#(error)"#)
        #expect(succeeded.event?.succeeded == true)
    }
}
