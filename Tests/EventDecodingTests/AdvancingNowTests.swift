import AgentEvents
import EventDecoding
import Testing

/// The present of a decoder that lives for days.
struct AdvancingNowTests {
    @Test("A timestamp is accepted up to a day past the present that was told last")
    func advancing() {
        let start = Timestamp(micros: 1_760_000_000 * Micros.second - Micros.day)
        let decoder = LineDecoder(options: DecodingOptions(keepContent: false, now: start - 1))
        var batch = EventBatch()
        let line = Array(DecodedLine.line("retry", "").utf8)
        func outcome() -> LineOutcome {
            DecodedLine.padded(line) { decoder.decode($0, offset: 1, source: 0, into: &batch) }
        }
        #expect(outcome() == .rejected(.timestampOutOfRange))
        decoder.advance(to: start)
        #expect(outcome() == .event(fieldErrors: []))
        decoder.advance(to: start - 1)
        #expect(outcome() == .rejected(.timestampOutOfRange))
    }
}
