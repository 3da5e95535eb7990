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
        let wrong = DecodedLine("llm_call", #""error":{"message":"x"}"#)
        #expect(wrong.fieldErrors == ["error"])
        #expect(wrong.event?.succeeded == true)
        #expect(wrong.attributes == #"{"error":{"message":"x"}}"#)
    }
}
