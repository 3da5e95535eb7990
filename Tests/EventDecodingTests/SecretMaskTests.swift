import AgentEvents
import EventDecoding
import Testing

/// API keys and bearer tokens never reach the store, and nothing else is touched.
struct SecretMaskTests {
    static let harmlessRows = [
        "", "sk-", "task-1234567890123456", "disk-0123456789abcdef0", "sk-learn-model-selection",
        "risk-aware-planning-with-a-long-name", "gpt-4o-mini-2024-07-18", "bearer authentication",
        "Bearer token", "Authorization: Bearer", "550e8400-e29b-41d4-a716-446655440000",
        "AKIA", "AKIAabcdefghijklmnop", "eyJhbGciOi", "eyJhbGciOi.x", "half_life_of_a_proton_x",
        "npm_config_registry", "hf_hub", "keyboard-xoxo", "github_pat_",
        "claude-sonnet-4-5-20250929",
    ]

    @Test("Ordinary text stays", arguments: harmlessRows)
    func harmless(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { SecretMask.masked($0) } == nil)
    }

    static let secrets = [
        "sk-abcdef1234567890abcdef", "sk-ant-api03-AbCdEf_123-456789", "sk-proj-abcdefghijklmnop",
        "sk-or-v1-0123456789abcdef", "gsk_abcdefghij0123456789", "hf_abcdefghijABCDEFGHIJ",
        "ghp_abcdefghij0123456789", "gho_abcdefghij0123456789", "ghs_abcdefghij0123456789",
        "github_pat_11ABCDEFG0_abcdefghijk", "glpat-abcdefghij0123456789",
        "npm_abcdefghij0123456789abcd", "xoxb-123456789012-abcdef", "xoxp-123456789012-abcdef",
        "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "AIzaSyA-1234567890_abcdefghijklmnop",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def_123", "sk_live_abcdefghij0123456789",
    ]

    @Test("A key is masked wherever it stands", arguments: secrets)
    func masked(secret: String) throws {
        for (before, after) in [
            ("", ""), ("key=", " end"), ("(", ")"), ("\n", "\""), ("x\\n", "\\"), ("\u{e9}", "!"),
        ] {
            let text = before + secret + after
            let masked = try #require(Array(text.utf8).withUnsafeBytes { SecretMask.masked($0) })
            let result = String(decoding: masked, as: UTF8.self)
            #expect(result.hasPrefix(before + "[masked:") && result.hasSuffix("]" + after))
            #expect(result.utf8.count == text.utf8.count - secret.utf8.count + 17)
        }
    }

    @Test("Bearer tokens are masked, the word stays, and equal secrets stay equal")
    func bearer() {
        let rows = [
            ("Authorization: Bearer abc12345", "Authorization: Bearer [masked:14f8f4bb]"),
            (
                "bearer abc12345, BEARER abc12345",
                "bearer [masked:14f8f4bb], BEARER [masked:14f8f4bb]"
            ),
            ("Bearer sk-abcdef1234567890abcdef", "Bearer [masked:600bad91]"),
        ]
        for (text, expected) in rows {
            let masked = Array(text.utf8).withUnsafeBytes { SecretMask.masked($0) } ?? []
            #expect(String(decoding: masked, as: UTF8.self) == expected)
        }
    }

    @Test("Bytes that are not UTF-8 are masked too and otherwise kept")
    func invalidUTF8() {
        let bytes = [0xff, 0x00] + Array("sk-abcdef1234567890abcdef".utf8) + [0xc3]
        let masked = bytes.withUnsafeBytes { SecretMask.masked($0) }
        #expect(masked == [0xff, 0x00] + Array("[masked:600bad91]".utf8) + [0xc3])
    }

    @Test(
        "Text that nearly holds secrets everywhere takes no longer than other text",
        arguments: [
            "sk-", "sk-ant-", "eyJ-", "bearer-", "sk-ghp_aaaaaaaaaaaaaaaa-", "eyJabcdefgh.x ",
        ]
    )
    func hostile(unit: String) {
        // Walked once, this takes a fraction of a second; walked once a place, many minutes.
        let bytes =
            [UInt8](repeating: 0x2d, count: 1)
            + Array(repeatElement(unit.utf8, count: 20_000).joined())
        let masked = bytes.withUnsafeBytes { SecretMask.masked($0) }
        #expect((masked == nil) == !(unit.contains("ghp_") || unit.contains("sk-ant-")))
    }

    @Test("No stored string of an event holds a secret", arguments: ["llm_call", "tool_call", "x"])
    func everywhere(kind: String) {
        let secret = "sk-abcdef1234567890abcdef"
        let keys = NativeField.allCases.filter {
            $0 != .event && $0 != .timestamp && $0 != .success
        }
        let members = keys.map { #""\#($0.key)":"\#(secret)""# }
        let line = """
            {"event":"\(kind)","timestamp":1760000000,"\(secret)":1,"deep":[{"\(secret)":"\(secret)"}],\
            "escaped":"\\u0073k-abcdef1234567890abcdef \\n",\(members.joined(separator: ","))}
            """
        for keepContent in [false, true] {
            let batch = DecodedLine(line, keepContent: keepContent).batch
            #expect(batch.events.count == 1)
            for bytes in [batch.names.bytes, batch.requestIDs.bytes, batch.texts.bytes] {
                #expect(!String(decoding: bytes, as: UTF8.self).contains("abcdef1234567890"))
            }
            #expect(batch.requestID(batch.events[0].request) == "[masked:600bad91]")
        }
    }
}
