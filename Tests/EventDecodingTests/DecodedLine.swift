import AgentEvents
import EventDecoding

/// One line, decoded into a batch of its own.
struct DecodedLine {
    let outcome: LineOutcome
    let batch: EventBatch

    /// 2026-11-23T00:00:00Z.
    static let now = Timestamp(micros: 1_795_392_000_000_000)

    init(
        _ line: [UInt8],
        offset: Int64 = 100,
        keepContent: Bool = false,
        timestampIs: DecodingOptions.TimestampMeaning = .end
    ) {
        let decoder = LineDecoder(
            options: DecodingOptions(
                keepContent: keepContent,
                now: Self.now,
                timestampIs: timestampIs
            )
        )
        var batch = EventBatch()
        outcome = Self.padded(line) {
            decoder.decode($0, offset: offset, source: 3, into: &batch)
        }
        self.batch = batch
    }

    init(
        _ line: String,
        offset: Int64 = 100,
        keepContent: Bool = false,
        timestampIs: DecodingOptions.TimestampMeaning = .end
    ) {
        self.init(
            Array(line.utf8),
            offset: offset,
            keepContent: keepContent,
            timestampIs: timestampIs
        )
    }

    /// A complete event of a kind, with more members, which may override its own.
    init(_ kind: String, _ members: String, keepContent: Bool = false) {
        self.init(Self.line(kind, members), keepContent: keepContent)
    }

    var event: AgentEvent? { batch.events.first }

    /// The names of the fields that were dropped.
    var fieldErrors: [String]? {
        guard case .event(let errors) = outcome else { return nil }
        return errors.fields.map(\.key)
    }

    var attributes: String? { event.flatMap { batch.text($0.attributes) } }

    /// The least line of a kind, with more members after it.
    static func line(_ kind: String, _ members: String) -> String {
        let own =
            switch kind {
            case "llm_call": #","model":"m""#
            case "tool_call": #","tool":"t""#
            case "task_end": #","outcome":"completed""#
            case "circuit_breaker": #","state":"open""#
            default: ""
            }
        let more = members.isEmpty ? "" : "," + members
        return #"{"event":"\#(kind)","request_id":"r","timestamp":1760000000\#(own)\#(more)}"#
    }

    /// Calls `body` with a line after which other text stands in memory, as in a file.
    static func padded<Result>(
        _ line: [UInt8],
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let tail = Array(#"}],"event":"retry","x":12345}]}"#.utf8)
        let memory = line + tail + [UInt8](repeating: 0x39, count: 64)
        return memory.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<line.count])) }
    }
}
