package import AgentEvents

/// What a cell holds of tool calls.
package struct ToolCallCell: CellValue {
    package static let series = CellSeries.toolCalls

    package private(set) var calls: Int64 = 0
    package private(set) var succeeded: Int64 = 0
    /// Microseconds.
    package private(set) var latency = Distribution()

    package init() {}

    package var units: Int64 { calls }
    package var isEmpty: Bool { calls == 0 }

    /// Where a tool call belongs.
    package static func key(of event: AgentEvent) -> CellKey {
        CellKey(
            series: series,
            agent: event.agent,
            subject: event.subject,
            code: event.errorClassCode
        )
    }

    /// Takes a tool call.
    package mutating func add(_ event: AgentEvent) {
        calls += 1
        if event.succeeded { succeeded += 1 }
        if let value = event.latency.value { latency.add(value) }
    }

    package mutating func merge(_ other: ToolCallCell) {
        calls += other.calls
        succeeded += other.succeeded
        latency.merge(other.latency)
    }

    package mutating func subtract(_ other: ToolCallCell) throws -> Bool {
        guard other.calls <= calls, other.succeeded <= succeeded else {
            throw CellError.notContained
        }
        calls -= other.calls
        succeeded -= other.succeeded
        return try latency.subtract(other.latency)
    }

    package mutating func takeExtremes(of recount: ToolCallCell) {
        latency.takeExtremes(of: recount.latency)
    }

    /// The number of calls, doubled, plus 1 where a shape follows: whether all, none or some
    /// succeeded, and whether the latency is known of another number.
    package func encode(into bytes: inout CellBytes) {
        var shape = CellShape()
        shape.note(calls - succeeded, of: calls)
        let hasOtherCount = shape.note(latency.count != calls)
        bytes.put(calls * 2 + (shape.bits == 0 ? 0 : 1))
        if shape.bits != 0 { bytes.put(shape.bits) }
        if succeeded != 0, succeeded != calls { bytes.put(calls - succeeded) }
        if hasOtherCount { bytes.put(latency.count) }
        bytes.put(valuesOf: latency)
    }

    package init(from bytes: inout CellReader) throws {
        let head = try bytes.count()
        calls = head >> 1
        var shape = CellShapeBits()
        if head & 1 == 1 { shape = try bytes.shape() }
        succeeded = try calls - shape.part(of: calls, &bytes)
        latency = try bytes.distribution(of: shape.next() ? bytes.count() : calls)
    }
}
