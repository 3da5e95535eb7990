import AgentEvents
import CSimdjson

/// Parses lines one after the other in memory that is used again.
final class LineParser {
    private let parser: OpaquePointer
    private let table: KeyTable
    private let keyScratch = TextScratch()
    private let textScratch = TextScratch()
    private let positions = UnsafeMutablePointer<UInt32>.allocate(
        capacity: NativeField.allCases.count
    )
    private var meanings = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
    private var room = 64

    init(table: KeyTable) {
        guard let parser = csimdjson_parser_create() else {
            // A few hundred bytes could not be had before any input was read.
            preconditionFailure("no memory for a parser")
        }
        self.parser = parser
        self.table = table
        positions.initialize(repeating: 0, count: NativeField.allCases.count)
    }

    deinit {
        csimdjson_parser_destroy(parser)
        positions.deallocate()
        meanings.deallocate()
    }

    /// The members of a line's object, or why it has none.
    ///
    /// 64 bytes after the line are readable.
    func fields(of json: UnsafeRawBufferPointer) throws(RejectionReason) -> LineFields {
        var start: UnsafePointer<CSimdjsonField>?
        var count = 0
        try check(parse(json, start: &start, count: &count))
        // A valid line has a first byte, and its fields an address even where there are none.
        guard let line = json.baseAddress, let start else { throw .invalidJSON }
        makeRoom(for: count)
        var fields = LineFields(
            line: line,
            fields: start,
            count: count,
            meanings: meanings,
            positions: positions,
            keyScratch: keyScratch,
            textScratch: textScratch
        )
        fields.index(by: table)
        return fields
    }

    /// Whether the text is one valid JSON object.
    func isValid(_ json: UnsafeRawBufferPointer) -> Bool {
        var start: UnsafePointer<CSimdjsonField>?
        var count = 0
        return parse(json, start: &start, count: &count) == .valid
    }

    private func parse(
        _ json: UnsafeRawBufferPointer,
        start: inout UnsafePointer<CSimdjsonField>?,
        count: inout Int
    ) -> CSimdjsonStatus {
        csimdjson_parse(
            parser,
            json.baseAddress?.assumingMemoryBound(to: UInt8.self),
            json.count,
            &start,
            &count
        )
    }

    private func check(_ status: CSimdjsonStatus) throws(RejectionReason) {
        switch status {
        case .valid: return
        case .invalidUTF8: throw .invalidUTF8
        case .tooDeep: throw .nestedTooDeep
        case .invalidJSON, .notAnObject: throw .invalidJSON
        // What a line needs is bounded by its length: the line was too long for this machine.
        case .outOfMemory: throw .lineTooLong
        }
    }

    private func makeRoom(for count: Int) {
        guard count > room else { return }
        meanings.deallocate()
        room = count * 2
        meanings = .allocate(capacity: room)
    }
}
