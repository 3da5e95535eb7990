import AgentEvents
import EventStorage
import Rollups

/// Pruning of a database on a server, day by day.
///
/// A day is a partition, which goes at once where nothing of it stays.
struct ClusterPruning {
    private let connection: ServerConnection
    private let retention: ClusterRetention
    private let removal: RowRemoval
    private let betweenSteps: () throws -> Void
    private var report = PruneReport()

    init(_ connection: ServerConnection, betweenSteps: @escaping () throws -> Void) {
        self.connection = connection
        self.betweenSteps = betweenSteps
        retention = ClusterRetention(connection: connection)
        removal = RowRemoval(connection: connection)
    }

    /// Prunes to the beginning of the day in which a horizon lies.
    mutating func prune(to asked: RetentionHorizon) throws -> PruneReport {
        report.bytesBefore = try connection.tableBytes()
        // Another run may have been broken off.
        try finish()
        let day = BucketWidth.day
        let rows = day.start(of: day.bucket(holding: asked.rows))
        try raise(to: RetentionHorizon(rows: rows, cells: asked.cells))
        try finish()
        report.horizon = try retention.state().horizon
        report.bytesAfter = try connection.tableBytes()
        return report
    }

    /// Not where nothing at all lies before it, as with a file.
    private func raise(to horizon: RetentionHorizon) throws {
        if try retention.state().horizon == .none {
            let minute = BucketWidth.minute.bucket(holding: horizon.rows)
            let quarter = BucketWidth.quarter.bucket(holding: horizon.rows)
            let found = try connection.number(
                """
                SELECT toInt64(count()) FROM (SELECT toInt64(minute) FROM events WHERE minute < \(minute) LIMIT 1
                    UNION ALL SELECT bucket FROM quarters WHERE bucket < \(quarter) LIMIT 1)
                """,
                operation: "looking for what is old"
            )
            if found == 0 { return }
        }
        try retention.raise(to: horizon)
    }

    /// Removes what lies before the horizon, unless that was done.
    private mutating func finish() throws {
        var state = try retention.state()
        guard !state.isFinished else { return }
        try pruneRows(before: state.horizon.rows)
        try pruneMinutes(before: state.horizon.rows)
        try pruneCells(before: state.horizon.cells)
        state.isFinished = true
        try retention.note(state)
    }

    private mutating func pruneRows(before horizon: Timestamp) throws {
        let kept = try KeptRequests(connection, before: horizon)
        let minute = BucketWidth.minute.bucket(holding: horizon)
        for day in try removal.days("minute < \(minute)", "minute", in: Self.rowTables) {
            let hashes = kept.hashes[day] ?? []  // nothing of it stays
            // More than a statement can name: the day goes when fewer of its requests are needed.
            guard hashes.count <= Self.maxKept else { continue }
            let (minutes, isWhole) = Self.part(of: day, before: minute)
            let place = "minute >= \(minutes.lowerBound) AND minute < \(minutes.upperBound)"
            let others = "\(place) AND NOT \(ServerText.isOne("request_hash", of: hashes))"
            let events = try removal.count(others, in: "events")
            let requests = try removal.count(others, in: "requests")
            try retention.note((events, requests), of: day, horizon)
            for table in Self.rowTables {
                let gone = table == "orphan_events" ? place : others
                let partition = isWhole && (hashes.isEmpty || gone == place) ? Self.date(day) : nil
                try removal.remove(gone, partition: partition, from: table)
                try betweenSteps()
            }
            try removal.wait(for: Self.rowTables, betweenSteps)
            report.events += events
            report.requests += requests
        }
    }

    /// The cells of minutes.
    private mutating func pruneMinutes(before horizon: Timestamp) throws {
        let minute = BucketWidth.minute.bucket(holding: horizon)
        func gone(_ minutes: Range<Int64>) -> String {
            "\(Self.anySeries) AND \(CellReach(width: .minute, buckets: minutes).condition)"
        }
        for day in try removal.days(gone(0..<minute), "bucket", in: ["cells"]) {
            let (minutes, isWhole) = Self.part(of: day, before: minute)
            let gone = gone(minutes)
            report.cells += try removal.count(gone, in: "cells")
            try removal.remove(gone, partition: isWhole ? "\(day)" : nil, from: "cells")
            try betweenSteps()
        }
        try removal.wait(for: ["cells"], betweenSteps)
    }

    /// The cells of all other widths.
    private mutating func pruneCells(before horizon: Timestamp) throws {
        guard horizon != .distantPast else { return }
        let widths = BucketWidth.allCases.filter { $0 != .minute }.flatMap { width in
            [false, true].map { areTotals in
                let buckets = 0..<width.bucket(holding: horizon)
                return CellReach(width: width, buckets: buckets, areTotals: areTotals).condition
            }
        }
        let gone = "\(Self.anySeries) AND (\(widths.joined(separator: " OR ")))"
        report.cells += try removal.count(gone, in: "cells")
        try removal.remove(gone, partition: nil, from: "cells")
        let quarter = BucketWidth.quarter.bucket(holding: horizon)
        try removal.remove("bucket < \(quarter)", partition: nil, from: "quarters")
        try removal.wait(for: ["cells", "quarters"], betweenSteps)
    }

    /// Those whose partitions are days; what leads to others stands last, for whoever goes on.
    private static let rowTables = [
        "orphan_events", "rare_events", "events", "requests", "request_ids",
    ]
    /// Said so that the server reads no more of the table than it has to.
    private static let anySeries =
        ServerText.isOne("series", of: CellSeries.allCases.map(\.rawValue))
    /// How many request ids of a day stay at most where the others are removed.
    private static let maxKept = 10_000

    /// The minutes of a day that lie before another minute, and whether these are all.
    private static func part(
        of day: Int64,
        before minute: Int64
    ) -> (minutes: Range<Int64>, isWhole: Bool) {
        let whole = BucketWidth.day.buckets(of: .minute, in: day)
        return (whole.clamped(to: 0..<minute), whole.upperBound <= minute)
    }

    /// As the schema names the partition of a day.
    private static func date(_ day: Int64) -> String {
        let moment = BucketWidth.day.start(of: day)
        return moment.rfc3339().prefix(10).filter { $0 != "-" }
    }
}
