import AgentEvents
import EventDecoding
import Testing

/// How logged input is split into disjoint classes.
struct TokenClassTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let members: String
        let uncached: Int64?
        let read: Int64?
        let write: Int64?
        var isInconsistent = false
        var testDescription: String { members }
    }

    static let rows = [
        Row(members: #""output_tokens":1"#, uncached: nil, read: nil, write: nil),
        Row(members: #""input_tokens":100"#, uncached: 100, read: nil, write: nil),
        Row(
            members: #""input_tokens":100,"cache_read_tokens":30,"cache_write_tokens":20"#,
            uncached: 50,
            read: 30,
            write: 20
        ),
        Row(
            members: #""input_tokens":50,"cache_read_tokens":30,"cache_write_tokens":20"#,
            uncached: 0,
            read: 30,
            write: 20
        ),
        Row(
            members: #""input_tokens":49,"cache_read_tokens":30,"cache_write_tokens":20"#,
            uncached: 49,
            read: 30,
            write: 20,
            isInconsistent: true
        ),
        Row(
            members: #""input_tokens":49,"cache_read_tokens":90,"input_includes_cache":false"#,
            uncached: 49,
            read: 90,
            write: nil
        ),
        Row(
            members: #""input_tokens":100,"cache_read_tokens":30,"input_includes_cache":"no""#,
            uncached: 70,
            read: 30,
            write: nil
        ),
        Row(members: #""cache_read_tokens":30"#, uncached: nil, read: 30, write: nil),
        Row(
            members: #""input_tokens":-1,"cache_read_tokens":30"#,
            uncached: nil,
            read: 30,
            write: nil
        ),
    ]

    @Test("Input is split by what the line knows", arguments: rows)
    func split(row: Row) throws {
        let event = try #require(DecodedLine("llm_call", row.members).event)
        #expect(event.uncachedInput.value == row.uncached)
        #expect(event.cacheRead.value == row.read)
        #expect(event.cacheWrite.value == row.write)
        #expect(event.flags.contains(.inconsistentUsage) == row.isInconsistent)
    }
}
