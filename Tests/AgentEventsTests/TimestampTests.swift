import AgentEvents
import Testing

/// Moments at the ends of what can be told.
struct TimestampTests {
    /// A moment and a span, with their sum and difference.
    struct Row: Sendable {
        var start: Int64
        var span: Int64
        var sum: Int64
        var difference: Int64
    }

    private static let rows: [Row] = [
        Row(start: 0, span: 7, sum: 7, difference: -7),
        Row(start: .max - 1, span: 5, sum: .max, difference: .max - 6),
        Row(start: .min + 1, span: 5, sum: .min + 6, difference: .min),
        Row(start: .min, span: -1, sum: .min, difference: .min + 1),
        Row(start: .max, span: -1, sum: .max - 1, difference: .max),
    ]

    @Test("Adding and subtracting stop at the first and the last moment", arguments: rows)
    func saturation(row: Row) {
        let start = Timestamp(micros: row.start)
        #expect((start + row.span).micros == row.sum)
        #expect((start - row.span).micros == row.difference)
    }
}
