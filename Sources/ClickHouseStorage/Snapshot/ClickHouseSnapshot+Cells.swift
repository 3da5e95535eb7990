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
        _: Cell.Type,
        in reach: CellReach,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        let width = reach.width.rawValue + (reach.areTotals ? 10 : 0)
        let needsSketches = reach.needsSketches
        try connection.rows(
            """
            SELECT bucket, agent, subject, provider, others, code, cell FROM cells FINAL
            WHERE series = \(Cell.series.rawValue) AND width = \(width)
                AND bucket >= \(reach.buckets.lowerBound) AND bucket < \(reach.buckets.upperBound)
                AND removed = 0
            ORDER BY bucket
            """,
            operation: "reading cells"
        ) { row in
            let bucket = try row.integer(Int64.self)
            let key = try key(of: Cell.series, &row)
            let bytes = try row.text()
            return (
                key, bucket, try CellReader.cell(Cell.self, in: bytes, withSketches: needsSketches)
            )
        } take: { key, bucket, cell in
            try body(key, bucket, cell)
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

    func foldedNames() throws -> Int64 {
        try number("SELECT max(folded_names) FROM writers FINAL", operation: "reading writers")
    }
}
