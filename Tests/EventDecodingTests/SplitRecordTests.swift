import AgentEvents
import EventDecoding
import Testing

/// Records that are split: what is pending, and what gives it up.
struct SplitRecordTests {
    static let event = Array(DecodedLine.line("llm_call", "").utf8)
    static let other = Array(DecodedLine.line("tool_call", "").utf8)
    static let mib = 1 << 20

    /// The same text in either container's wrapper, with the line feed of its line.
    enum Runtime: CaseIterable {
        case docker
        case cri

        func part(_ text: [UInt8], _ stream: String = "stdout", ends: Bool) -> [UInt8] {
            switch self {
            case .docker: WrappedText.docker(text, stream: stream, ends: ends) + [0x0a]
            case .cri: WrappedText.cri(text, stream: stream, tag: ends ? "F" : "P") + [0x0a]
            }
        }
    }

    @Test("A torn record does not swallow the whole one after it", arguments: Runtime.allCases)
    func torn(runtime: Runtime) {
        let torn = Array(Self.event.prefix(30))
        for prefix in ["", "INFO:agent:"] {
            let whole = Array(prefix.utf8) + Self.other
            let log = AssembledLog(
                runtime.part(torn, ends: false) + runtime.part(whole, ends: true)
            )
            #expect(log.records.map(\.text) == [torn, whole])
            #expect(log.outcomes == [.rejected(.invalidJSON), .event(fieldErrors: [])])
            #expect(log.ledger.balances)
        }
    }

    @Test(
        "An event without its line end stays one when a restart writes on",
        arguments: Runtime.allCases
    )
    func restarted(runtime: Runtime) {
        let banner = Array("starting".utf8)
        let log = AssembledLog(
            runtime.part(Self.event, ends: false) + runtime.part(Self.other, ends: false)
                + runtime.part(banner, ends: true) + runtime.part(Self.event, ends: false)
                + runtime.part([0x20], ends: true)
        )
        #expect(log.records.map(\.text) == [Self.event, Self.other, banner, Self.event + [0x20]])
        #expect(log.lines == [1, 1, 1, 2])
        #expect(log.ledger.events == 3)
        #expect(log.ledger.balances)
    }

    @Test("An object at a split is no record of its own", arguments: Runtime.allCases)
    func nested(runtime: Runtime) {
        let text = Array(DecodedLine.line("llm_call", #""x":{"y":{"z":1}},"w":[{"v":"}"}]"#).utf8)
        for position in 1..<text.count {
            let log = AssembledLog(
                runtime.part(Array(text[..<position]), ends: false)
                    + runtime.part(Array(text[position...]), ends: true)
            )
            #expect(log.records.map(\.text) == [text], "split at \(position)")
            #expect(log.ledger.joined == 1)
        }
    }

    @Test("A part in another wrapper ends what is pending")
    func mixed() {
        let log = AssembledLog(
            Runtime.docker.part(Array("a".utf8), ends: false)
                + Runtime.cri.part(Array("b".utf8), ends: false)
                + Runtime.docker.part(Array("c".utf8), ends: true)
        )
        #expect(log.texts == ["a", "b", "c"])
        #expect(log.lines == [1, 1, 1])
    }

    @Test(
        "At the end of a source what is pending is judged as it stands",
        arguments: Runtime.allCases
    )
    func final(runtime: Runtime) {
        let parts =
            runtime.part(Array(Self.event.prefix(9)), "stderr", ends: false)
            + runtime.part(Self.event, "stdout", ends: false)
        #expect(AssembledLog(parts, isFinal: false).records.isEmpty)
        #expect(AssembledLog(parts, isFinal: false).pendingOffset == 0)
        let log = AssembledLog(parts)
        #expect(log.records.map(\.offset).first == 0)
        #expect(log.outcomes == [.rejected(.invalidJSON), .event(fieldErrors: [])])
        #expect(AssembledLog(runtime.part([0x61], ends: false)).outcomes == [.skipped])
        #expect(AssembledLog(runtime.part([], ends: false)).outcomes == [.blank])
    }

    @Test("Reading begins again before every record that overlaps what is pending")
    func pendingOffset() {
        let reader = AssembledLog.Reader()
        var offsets: [Int64?] = []
        var offset: Int64 = 0
        // Offset 10 begins stdout, 20 stderr; stdout ends at 30, stderr at 50, after a new stdout.
        for (stream, tag) in [
            ("stdout", "F"), ("stdout", "P"), ("stderr", "P"), ("stdout", "F"), ("stdout", "P"),
            ("stderr", "F"), ("stdout", "F"), ("stderr", "P"),
        ] {
            let line = WrappedText.cri([0x61], stream: stream, tag: tag)
            _ = DecodedLine.padded(line) { reader.take($0, offset: offset, length: 10) }
            offsets.append(reader.assembler.pendingOffset)
            offset += 10
        }
        #expect(offsets == [nil, 10, 10, 10, 10, 10, nil, 70])
        reader.assembler.reset()
        #expect(reader.assembler.pendingOffset == nil)
        #expect(reader.finish().isEmpty)
    }

    @Test(
        "A record that grows past 16 MiB is rejected, and the next is read",
        arguments: Runtime.allCases
    )
    func growing(runtime: Runtime) {
        var log: [UInt8] = []
        let part = runtime.part([UInt8](repeating: 0x79, count: Self.mib), ends: false)
        log += runtime.part(Array(#"{"event":""#.utf8), ends: false)
        for _ in 0..<20 { log += part }
        log += runtime.part(Array(#""}"#.utf8), ends: true) + runtime.part(Self.event, ends: true)
        let assembled = AssembledLog(log)
        #expect(
            assembled.outcomes == [.rejected(.lineTooLong), .skipped, .event(fieldErrors: [])]
        )
        // The beginning and 16 parts that brought it past the limit.
        #expect(assembled.lines == [17, 5, 1])
        #expect(assembled.records[0].length == Int64(16 * Self.mib + 10))
        #expect(assembled.ledger.balances)
    }

    @Test("A record whose end is missing is given up after 16 MiB of the other stream")
    func forgotten() {
        let line = [UInt8](repeating: 0x79, count: 4 * Self.mib)
        var log = Runtime.cri.part(Array(Self.event.prefix(9)), "stderr", ends: false)
        for _ in 0..<5 { log += Runtime.cri.part(line, ends: true) }
        #expect(AssembledLog(log).outcomes[3] == .rejected(.invalidJSON))
        #expect(AssembledLog(log, isFinal: false).pendingOffset == nil)
        // What comes of it later is a record of its own.
        log += Runtime.cri.part(Array(Self.event.dropFirst(9)), "stderr", ends: true)
        #expect(AssembledLog(log).lines == [1, 1, 1, 1, 1, 1, 1])
    }

    @Test("A line that is too long is rejected by its length, and ends what is pending")
    func tooLong() {
        let reader = AssembledLog.Reader()
        let part = WrappedText.cri(Self.event, tag: "P")
        #expect(DecodedLine.padded(part) { reader.take($0, offset: 0, length: 60) }.isEmpty)
        let records = DecodedLine.padded(part) {
            reader.take($0, offset: 61, length: Int64(17 * Self.mib))
        }
        #expect(records.map(\.outcome) == [.event(fieldErrors: []), .rejected(.lineTooLong)])
        #expect(records.map(\.length) == [Int64(Self.event.count), Int64(17 * Self.mib)])
        #expect(records.map(\.offset) == [0, 61])
    }

    @Test("A mark and NULs before a wrapper do not hide it")
    func edges() {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        for runtime in Runtime.allCases {
            let line = runtime.part(Self.event, ends: true)
            let log = AssembledLog(mark + line + [0, 0] + line)
            #expect(log.records.map(\.text) == [Self.event, Self.event])
        }
    }
}
