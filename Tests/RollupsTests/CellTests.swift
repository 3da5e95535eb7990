import AgentEvents
import Rollups
import Testing

/// Cells against what they are made of: any order, any partition, and back again.
struct CellTests {
    private static func read<Cell: CellValue>(_ type: Cell.Type, in bytes: [UInt8]) throws -> Cell {
        try bytes.withUnsafeBytes { try CellReader.cell(type, in: $0) }
    }

    @Test("Any order and any partition of the same calls make the same cell", arguments: 1...20)
    func order(seed: UInt64) throws {
        var dice = CellDice(seed: seed)
        let events = (0..<300).map { _ in dice.event() }
        let whole = cell(events)
        var parts = [[AgentEvent]](repeating: [], count: 7)
        for event in events.shuffled(using: &dice) {
            parts[Int.random(in: 0..<7, using: &dice)].append(event)
        }
        var merged = LLMCallCell()
        for part in parts.shuffled(using: &dice) { merged.merge(cell(part)) }
        #expect(merged == whole, "seed \(seed)")
    }

    @Test("What is taken out again leaves what was there before", arguments: 1...20)
    func subtract(seed: UInt64) throws {
        var dice = CellDice(seed: seed)
        let events = (0..<300).map { _ in dice.event() }
        let kept = cell(Array(events[..<200]))
        var rest = cell(events)
        if try rest.subtract(cell(Array(events[200...]))) { rest.takeExtremes(of: kept) }
        #expect(rest == kept, "seed \(seed)")
        let nothingLost = try rest.subtract(kept)
        #expect(!nothingLost && rest.isEmpty && rest == LLMCallCell(), "seed \(seed)")
    }

    @Test("What was never in is not taken out, and nothing changes")
    func absent() throws {
        var dice = CellDice(seed: 9)
        let one = cell([dice.call(latency: 5_000)])
        var other = cell([dice.call(latency: 7_000)])
        #expect(throws: CellError.notContained) { try other.subtract(one) }
    }

    @Test("Bytes give the cell back", arguments: 1...50)
    func bytes(seed: UInt64) throws {
        var dice = CellDice(seed: seed)
        let cell = cell((0..<Int.random(in: 0...40, using: &dice)).map { _ in dice.event() })
        let bytes = CellBytes(of: cell).bytes
        #expect(try Self.read(LLMCallCell.self, in: bytes) == cell, "seed \(seed)")
    }

    @Test("Bytes that are no cell are refused, whichever one is wrong", arguments: 1...30)
    func hostile(seed: UInt64) throws {
        var dice = CellDice(seed: seed)
        let bytes = CellBytes(of: cell((0..<20).map { _ in dice.event() })).bytes
        for length in bytes.indices {
            #expect(throws: CellError.malformed, "seed \(seed), \(length)") {
                try Self.read(LLMCallCell.self, in: Array(bytes[..<length]))
            }
        }
        for _ in 0..<500 {
            var wrong = bytes
            let count = Int.random(in: 1...4, using: &dice)
            for _ in 0..<count {
                wrong[Int.random(in: wrong.indices, using: &dice)] = .random(
                    in: 0...255,
                    using: &dice
                )
            }
            // Some are other cells; none may crash.
            guard var read = try? Self.read(LLMCallCell.self, in: wrong) else { continue }
            let again = CellBytes(of: read).bytes
            #expect(try Self.read(LLMCallCell.self, in: again) == read, "seed \(seed)")
            read.merge(read)
        }
    }

    @Test("Requests enter and leave their cells whole", arguments: 1...20)
    func requests(seed: UInt64) throws {
        var dice = CellDice(seed: seed)
        let rows = (0..<100).map { _ in dice.row() }
        let kept = cell(Array(rows[..<60]))
        var rest = cell(rows.shuffled(using: &dice))
        if try rest.subtract(cell(Array(rows[60...]))) { rest.takeExtremes(of: kept) }
        #expect(rest == kept, "seed \(seed)")
        let bytes = CellBytes(of: kept).bytes
        #expect(try Self.read(RequestCell.self, in: bytes) == kept, "seed \(seed)")
    }

    private func cell(_ events: [AgentEvent]) -> LLMCallCell {
        var cell = LLMCallCell()
        for event in events { cell.add(event) }
        return cell
    }

    private func cell(_ rows: [RequestRow]) -> RequestCell {
        var cell = RequestCell()
        for row in rows {
            cell.add(
                row,
                row.status(
                    at: .distantFuture,
                    endsTasksSince: nil,
                    settings: RequestSettings()
                )
            )
        }
        return cell
    }
}

/// Seeded events and requests.
struct CellDice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    /// A value over many magnitudes, or none.
    mutating func value() -> Optional64 {
        switch Int.random(in: 0..<10, using: &self) {
        case 0: nil
        case 1: Optional64(0)
        default:
            Optional64(
                .random(in: 1...Int64(1) << Int64.random(in: 1...50, using: &self), using: &self)
            )
        }
    }

    mutating func call(latency: Int64) -> AgentEvent {
        var event = event()
        event.kind = .llmCall
        event.latency = Optional64(latency)
        return event
    }

    mutating func event() -> AgentEvent {
        let kind: EventKind = Int.random(in: 0..<10, using: &self) == 0 ? .retry : .llmCall
        var event = AgentEvent(kind: kind, source: 0, offset: 0, timestamp: Timestamp(micros: 0))
        event.succeeded = .random(using: &self)
        event.flags = AgentEvent.Flags(rawValue: .random(in: 0...63, using: &self))
        event.latency = value()
        event.timeToFirstToken = value()
        event.uncachedInput = value()
        event.cacheRead = value()
        event.cacheWrite = value()
        event.cacheWriteHour = value()
        event.output = value()
        event.cost = value()
        return event
    }

    mutating func row() -> RequestRow {
        var row = RequestRow(
            begunAt: Timestamp(micros: 0),
            endedAt: Timestamp(micros: .random(in: 0...1_000_000, using: &self))
        )
        row.part = .random(in: 0...1, using: &self)
        row.startedAt = Optional64(0)
        row.outcomeCode = .random(in: 0...4, using: &self)
        row.lastCallFailed = .random(using: &self)
        row.hasEscalation = .random(using: &self)
        row.isLooping = .random(using: &self)
        row.llmCalls = .random(in: 0...9, using: &self)
        row.toolCalls = .random(in: 0...2, using: &self)
        row.inputTokens = value()
        row.cost = value()
        row.contextUtilization = value()
        row.repeatedToolCalls = value()
        row.consecutiveToolCalls = .random(in: 1...5, using: &self)
        return row
    }
}
