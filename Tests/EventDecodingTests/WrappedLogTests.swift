import AgentEvents
import EventDecoding
import Testing

/// Logs made of random events that are split at random, read in random bursts.
struct WrappedLogTests {
    @Test(
        "Every event comes once, however it is split and read",
        arguments: 1...150 as ClosedRange<UInt64>
    )
    func exactlyOnce(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let made = RandomWrappedLog(&random)
        let reading = BurstReading(made.bytes) { 1 + random.below(12) }
        let note = Comment("seed \(seed), \(reading.bursts) bursts, \(reading.rollbacks) rollbacks")
        let records = reading.records
        let expected = made.texts.sorted { $0.offset < $1.offset }
        let found = records.sorted { $0.offset < $1.offset }
        #expect(
            found.map { WrappedText.text($0.text) } == expected.map { WrappedText.text($0.text) },
            note
        )
        #expect(found.map(\.offset) == expected.map(\.offset), note)
        #expect(found.map(\.lines) == expected.map(\.lines), note)
        #expect(reading.agrees, note)
        let ledger = AssembledLog.ledger(of: records)
        #expect(ledger.balances, note)
        #expect(ledger.lines == made.lines, note)
        #expect(ledger.joined == made.lines - Int64(expected.count), note)
        // The plain lines, decoded one by one.
        let plain = expected.map { DecodedLine($0.text).outcome }
        #expect(found.map(\.outcome) == plain, note)
        #expect(ledger.rejected == 0, note)
    }

    @Test(
        "Damaged logs: all lines count once, the same in bursts as in one pass",
        arguments: 1...150 as ClosedRange<UInt64>
    )
    func damaged(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        var log = RandomWrappedLog(&random).bytes
        for _ in 0...random.below(12) { damage(&log, &random) }
        let whole = AssembledLog(log)
        let reading = BurstReading(log) { 1 + random.below(12) }
        let note = Comment("seed \(seed)")
        #expect(reading.records == whole.records, note)
        #expect(reading.agrees, note)
        #expect(whole.ledger.balances, note)
        let lines = log.count { $0 == 0x0a } + (log.last == 0x0a || log.isEmpty ? 0 : 1)
        #expect(whole.ledger.lines == Int64(lines), note)
    }

    private func damage(_ log: inout [UInt8], _ random: inout SeededNumbers) {
        guard log.count > 200 else { return }
        let position = random.below(log.count - 100)
        switch random.below(6) {
        case 0: log[position] ^= 1 << UInt8(random.below(8))
        case 1: log.removeSubrange(position..<(position + random.below(90)))
        case 2: log.insert(contentsOf: Array("\ntorn {\"event\":\n".utf8), at: position)
        case 3: log.insert(0x0a, at: position)
        case 4: log.insert(contentsOf: log[position..<(position + 90)], at: random.below(log.count))
        default: log.removeSubrange((log.count - random.below(50))...)
        }
    }
}

/// A log of one container: the lines of two streams, wrapped by one runtime.
struct RandomWrappedLog {
    /// A line as it was before it was wrapped.
    struct Plain {
        var text: [UInt8]
        /// Where its first part begins in the log.
        var offset: Int64
        var lines: Int64
    }

    private(set) var bytes: [UInt8] = []
    private(set) var texts: [Plain] = []
    private(set) var lines: Int64 = 0

    private let isDocker: Bool

    init(_ random: inout SeededNumbers) {
        isDocker = random.below(2) == 0
        // What remains of each stream's current line, and which it is.
        var rest: [[UInt8]?] = [nil, nil]
        var current = [0, 0]
        var made = 0
        let count = 10 + random.below(30)
        while made < count || rest.contains(where: { $0 != nil }) {
            let stream = random.below(2)
            if rest[stream] == nil {
                guard made < count else { continue }
                rest[stream] = line(made, &random)
                current[stream] = texts.count
                texts.append(Plain(text: rest[stream] ?? [], offset: Int64(bytes.count), lines: 0))
                made += 1
            }
            guard let text = rest[stream] else { continue }
            let cut = random.below(3) == 0 ? text.count : cut(in: text, &random)
            write(Array(text[..<cut]), stream, ends: cut == text.count)
            texts[current[stream]].lines += 1
            rest[stream] = cut == text.count ? nil : Array(text[cut...])
        }
    }

    private mutating func write(_ part: [UInt8], _ stream: Int, ends: Bool) {
        let name = stream == 0 ? "stdout" : "stderr"
        bytes +=
            isDocker
            ? WrappedText.docker(part, stream: name, ends: ends)
            : WrappedText.cri(part, stream: name, tag: ends ? "F" : "P")
        bytes.append(0x0a)
        lines += 1
    }

    /// A place to split at that leaves something; between characters where JSON needs it.
    private func cut(in text: [UInt8], _ random: inout SeededNumbers) -> Int {
        guard text.count > 1 else { return text.count }
        var cut = 1 + random.below(text.count - 1)
        if isDocker { while cut < text.count, text[cut] & 0xc0 == 0x80 { cut += 1 } }
        return cut
    }

    private func line(_ number: Int, _ random: inout SeededNumbers) -> [UInt8] {
        let filler = String(
            repeating: [#"a\"b\\"#, "caf\u{e9}", "\u{1f600}", #"\ud83d\ude00"#, "{}"][
                random.below(5)
            ],
            count: random.below(9)
        )
        let members = #""event_id":"\#(number)","x":{"y":{"z":"\#(filler)"}}"#
        let event = DecodedLine.line(
            ["llm_call", "tool_call", "task_end", "retry"][random.below(4)],
            members
        )
        switch random.below(10) {
        case 0: return Array("plain text \(number) \(filler)".utf8)
        case 1: return Array("INFO:agent:\(event)".utf8)
        case 2: return []
        default: return Array(event.utf8)
        }
    }
}
