package import AgentEvents
package import EventStorage
import MetricsEngine

/// Writes a report a group at a time, in memory that does not grow with the groups.
package struct ReportStream {
    /// How the report is written.
    package enum Format: Sendable {
        case json
        case csv
        case markdown
    }

    private let write: (String) throws -> Void
    private var pending = ""
    private static let pieceSize = 32 << 10

    /// Answers `parameters` from a store and hands the text to `write`, piece by piece.
    ///
    /// `maxGroups`: with more groups and without a limit nothing is written.
    ///
    /// - Throws: `ParameterError`, `TooManyGroups`, and what the store and `write` throw.
    package static func write(
        _ parameters: ReportParameters,
        as format: Format,
        from store: any EventStore,
        clock: Timestamp,
        maxGroups: Int? = nil,
        to write: (String) throws -> Void
    ) throws {
        var query = try parameters.metricQuery(clock: clock)
        query.maxGroups = maxGroups
        if format == .markdown, query.by.isEmpty {
            return try write(ReportMarkdown.list(try parameters.answer(from: store, clock: clock)))
        }
        let shift = try parameters.shift(query)
        try withoutActuallyEscaping(write) { write in
            var stream = ReportStream(write: write)
            let zone = parameters.query.zone ?? .utc
            let conditions = parameters.query.conditions
            var count = 0
            try store.read { snapshot in
                // The head is written first, and names the window that is answered.
                let query = try query.afterPruning(to: snapshot.horizon())
                var earlier = try parameters.earlierPeriod(
                    query,
                    shiftedBy: shift,
                    from: snapshot
                )
                let text = ReportPieces(query, zone, earlier?.window, conditions, format)
                func add(_ group: MetricGroup) throws {
                    if count == 0 { try stream.append(text.head(group)) }
                    try stream.append(text.group(group, isFirst: count == 0))
                    count += 1
                }
                var hasRest = false
                let report = try MetricsEngine.report(query, from: snapshot) { group in
                    hasRest = hasRest || group.restCount != nil
                    try add(earlier?.comparing(group) ?? group)
                }
                // What is not among the largest belongs to the rest.
                for group in hasRest ? [] : earlier?.others ?? [] { try add(group) }
                if count == 0 { try stream.append(text.head(nil)) }
                try stream.append(text.tail(report, isEmpty: count == 0))
            }
            try stream.flush()
        }
    }

    private mutating func append(_ text: String) throws {
        pending += text
        if pending.utf8.count >= Self.pieceSize { try flush() }
    }

    private mutating func flush() throws {
        try write(pending)
        pending = ""
    }
}

/// The text of a report in one format, in three kinds of pieces.
private struct ReportPieces {
    let query: MetricQuery
    let zone: ZoneArgument
    let earlier: TimeWindow?
    let conditions: [String]
    let format: ReportStream.Format

    init(
        _ query: MetricQuery,
        _ zone: ZoneArgument,
        _ earlier: TimeWindow?,
        _ conditions: [String],
        _ format: ReportStream.Format
    ) {
        self.query = query
        self.zone = zone
        self.earlier = earlier
        self.conditions = conditions
        self.format = format
    }

    /// `first`: the first group, which has the same metrics as the others; `nil` where there is none.
    func head(_ first: MetricGroup?) -> String {
        switch format {
        case .json: ReportJSON.head(query, earlier)
        case .csv: ReportCSV.head(query, isCompared: earlier != nil)
        case .markdown:
            ReportMarkdown.window(
                query,
                zone: zone,
                conditions: conditions,
                comparedWith: earlier
            )
                + ReportMarkdown.head(
                    query,
                    first?.values.map(\.metric) ?? [],
                    isCompared: earlier != nil
                )
        }
    }

    func group(_ group: MetricGroup, isFirst: Bool) -> String {
        switch format {
        case .json: ReportJSON.group(group, query, isFirst: isFirst)
        case .csv: ReportCSV.group(group, query)
        case .markdown: ReportMarkdown.group(group, query)
        }
    }

    func tail(_ report: MetricReport, isEmpty: Bool) -> String {
        switch format {
        case .json: ReportJSON.tail(report, isEmpty: isEmpty)
        case .csv, .markdown: ""
        }
    }
}
