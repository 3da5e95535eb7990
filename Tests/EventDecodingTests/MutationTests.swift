import AgentEvents
import EventDecoding
import Testing

/// Damaged lines: never a crash, always exactly one outcome, and never a half-written event.
struct MutationTests {
    private static let seeds = [
        #"{"event":"llm_call","request_id":"req-1","model":"gpt-4o","timestamp":1760000000.5,"input_tokens":120,"output_tokens":30,"latency_ms":812.4,"success":true,"cost_usd":0.0123,"agent":"a","cache_read_tokens":20,"x":{"prompt":"hello","y":[1,{"z":null}]}}"#,
        #"{"event":"tool_call","request_id":"req-1","tool":"search","timestamp":"2026-01-01T10:00:00.123Z","arguments":{"q":"caf\u00e9 \"x\""},"error":"timeout 17","success":0}"#,
        #"{"event":"task_end","request_id":"r\ud83d\ude00","timestamp":1760000000123,"outcome":"escalated","k":"sk-abcdef1234567890abcdef"}"#,
        #"INFO:agent:{"event":"circuit_breaker","state":"half-open","timestamp":1.76e9,"failure_count":3}"#,
    ]

    @Test("10,000 damaged lines each have one outcome", arguments: [1, 2, 3] as [UInt64])
    func damaged(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let decoder = LineDecoder(
            options: DecodingOptions(keepContent: false, now: DecodedLine.now)
        )
        var batch = EventBatch()
        for number in 0..<10_000 {
            let line = mutated(&random)
            let events = batch.events.count
            let names = batch.names.count
            let texts = batch.texts.count
            let outcome = DecodedLine.padded(line) {
                decoder.decode($0, offset: Int64(number), source: 0, into: &batch)
            }
            let isEvent = if case .event = outcome { true } else { false }
            let note = Comment(
                "seed \(seed), line \(number): \(String(decoding: line, as: UTF8.self))"
            )
            #expect(batch.events.count == events + (isEvent ? 1 : 0), note)
            if !isEvent {
                #expect(batch.names.count == names, note)
                #expect(batch.texts.count == texts, note)
            }
            if let event = batch.events.last, isEvent {
                #expect(event.timestamp >= .earliestAccepted, note)
                #expect(batch.text(event.attributes)?.utf8.count ?? 0 <= 4096, note)
            }
        }
    }

    private func mutated(_ random: inout SeededNumbers) -> [UInt8] {
        var line = Array(Self.seeds[random.below(Self.seeds.count)].utf8)
        for _ in 0...random.below(3) {
            let position = random.below(line.count)
            switch random.below(6) {
            case 0: line[position] ^= 1 << UInt8(random.below(8))
            case 1: line[position] = UInt8(random.below(256))
            case 2: line.remove(at: position)
            case 3: line.insert(Array(#"{}[]:,"\0e.-"#.utf8)[random.below(12)], at: position)
            case 4: line.removeSubrange(position..<min(line.count, position + random.below(9)))
            default: line.removeSubrange((position / 2 + line.count / 2)...)
            }
            if line.isEmpty { line = [0x7b] }
        }
        return line
    }
}
