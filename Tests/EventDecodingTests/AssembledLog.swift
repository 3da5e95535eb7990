import AgentEvents
import EventDecoding

/// A log whose records were assembled and decoded, in one pass.
struct AssembledLog {
    /// What one record held and what became of it.
    struct Record: Equatable, CustomStringConvertible {
        var text: [UInt8]
        var offset: Int64
        var length: Int64
        var lines: Int64
        var outcome: LineOutcome

        var description: String {
            let start = String(decoding: text.prefix(300), as: UTF8.self)
            return "\(offset), \(lines) lines, \(outcome): \(start)"
        }
    }

    private(set) var records: [Record] = []
    private(set) var pendingOffset: Int64?

    /// `isFinal`: whether no line will come any more.
    init(_ log: [UInt8], isFinal: Bool = true) {
        let reader = Reader()
        Self.eachLine(of: log, from: 0) { line, offset in
            records += reader.take(line, offset: offset, length: Int64(line.count))
            return true
        }
        pendingOffset = reader.assembler.pendingOffset
        if isFinal { records += reader.finish() }
    }

    init(_ lines: String..., isFinal: Bool = true) {
        self.init(Array((lines.joined(separator: "\n") + "\n").utf8), isFinal: isFinal)
    }

    var texts: [String] { records.map { String(decoding: $0.text, as: UTF8.self) } }
    var outcomes: [LineOutcome] { records.map(\.outcome) }
    var lines: [Int64] { records.map(\.lines) }

    /// The balance as a reader keeps it.
    var ledger: SourceLedger { Self.ledger(of: records) }

    static func ledger(of records: [Record]) -> SourceLedger {
        var ledger = SourceLedger()
        for record in records {
            ledger.lines += record.lines
            ledger.joined += record.lines - 1
            switch record.outcome {
            case .event: ledger.events += 1
            case .rejected: ledger.rejected += 1
            case .skipped: ledger.skipped += 1
            case .blank: ledger.blank += 1
            }
        }
        return ledger
    }

    /// Calls `body` with each line from an offset on, until it returns false; 64 bytes stand behind
    /// each, as in a file.
    static func eachLine(
        of log: [UInt8],
        from offset: Int64,
        _ body: (UnsafeRawBufferPointer, Int64) -> Bool
    ) {
        let memory = log + [UInt8](repeating: 0x39, count: 64)
        memory.withUnsafeBytes { bytes in
            var start = Int(offset)
            while start < log.count {
                let end = bytes[start..<log.count].firstIndex(of: 0x0a) ?? log.count
                guard body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), Int64(start))
                else { return }
                start = end + 1
            }
        }
    }

    /// An assembler with its decoder.
    final class Reader {
        let assembler = RecordAssembler()
        private let decoder = LineDecoder(
            options: DecodingOptions(keepContent: false, now: DecodedLine.now)
        )

        func take(_ line: UnsafeRawBufferPointer, offset: Int64, length: Int64) -> [Record] {
            assembler.take(line, offset: offset, length: length)
            return rest()
        }

        func finish() -> [Record] {
            assembler.finish()
            return rest()
        }

        private func rest() -> [Record] {
            var records: [Record] = []
            var batch = EventBatch()
            while let record = assembler.next() {
                records.append(
                    Record(
                        text: Array(record.bytes),
                        offset: record.offset,
                        length: record.length,
                        lines: record.lines,
                        outcome: decoder.decode(record, source: 0, into: &batch)
                    )
                )
            }
            return records
        }
    }
}
