import AgentEvents
import EventStorage
import Rollups

extension ClickHouseSnapshot {
    func quarters(_ buckets: Range<Int64>) throws -> [QuarterVolume] {
        try connection.all(
            """
            SELECT bucket, sum(units), min(has_minutes) FROM quarters FINAL
            WHERE bucket >= \(buckets.lowerBound) AND bucket < \(buckets.upperBound) AND units != 0
            GROUP BY bucket ORDER BY bucket
            """,
            operation: "reading quarters"
        ) { row in
            QuarterVolume(
                bucket: try row.integer(),
                units: try row.integer(),
                hasMinutes: try row.integer(UInt8.self) == 1
            )
        }
    }

    func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        in reach: CellReach,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        try forEachCell(type, inEach: [reach]) { try body($1, $2, $3) }
    }

    func forEachCell<Cell: CellValue>(
        _: Cell.Type,
        inEach reaches: [CellReach],
        _ body: (Int, CellKey, Int64, Cell) throws -> Void
    ) throws {
        guard !reaches.isEmpty else { return }
        let wanted = reaches.map(\.condition)
        try connection.rows(
            """
            SELECT width, bucket, agent, subject, provider, others, code, cell FROM cells FINAL
            WHERE series = \(Cell.series.rawValue) AND (\(wanted.joined(separator: " OR "))) AND removed = 0
            ORDER BY bucket
            """,
            operation: "reading cells"
        ) { row in
            let width = Int(try row.integer(UInt8.self))
            let bucket = try row.integer(Int64.self)
            let index = reaches.firstIndex {
                $0.serverWidth == width && $0.buckets.contains(bucket)
            }
            guard let index else { throw RowBinaryReader.Problem.malformed }
            let key = try key(of: Cell.series, &row)
            let hasSketches = reaches[index].needsSketches
            let cell = try CellReader.cell(Cell.self, in: row.text(), withSketches: hasSketches)
            return (index, key, bucket, cell)
        } take: { index, key, bucket, cell in
            try body(index, key, bucket, cell)
        }
    }

    private func key(of series: CellSeries, _ row: inout RowBinaryReader) throws -> CellKey {
        let subjectKind: NameKind = series == .toolCalls ? .tool : .model
        let agent = names.index(.agent, try row.text())
        let subject = names.index(subjectKind, try row.text())
        let provider = names.index(.provider, try row.text())
        let others = try row.integer(UInt8.self)
        func folded(_ name: NameIndex, _ bit: UInt8) -> NameIndex {
            others & bit == 0 ? name : CellKey.otherName
        }
        return CellKey(
            series: series,
            agent: folded(agent, 1),
            subject: folded(subject, 2),
            provider: folded(provider, 4),
            code: try row.integer()
        )
    }
}

extension CellReach {
    /// How the table `cells` numbers its width.
    fileprivate var serverWidth: Int { Int(width.rawValue) + (areTotals ? 10 : 0) }

    /// That a row of the table lies in it.
    var condition: String {
        """
        (width = \(serverWidth) AND bucket >= \(buckets.lowerBound) AND bucket < \(buckets.upperBound))
        """
    }
}
