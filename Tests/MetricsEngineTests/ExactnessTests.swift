import AgentEvents
import EventStorage
import MetricsEngine
import Rollups
import Testing

/// Which answers come from rows and which from rollups.
struct ExactnessTests {
    /// Cells that claim to hold more calls than there are events.
    private struct FullStore: StoreSnapshot {
        var rows: MemorySnapshot
        /// The calls of one cell of the first minute.
        var calls: Int
        var settings: RequestSettings { rows.settings }

        func forEachCell<Cell: CellValue>(
            _ type: Cell.Type,
            in reach: CellReach,
            _ body: (CellKey, Int64, Cell) throws -> Void
        ) throws {
            let bucket = reach.width.bucket(holding: .at(0))
            guard reach.buckets ~= bucket else { return }
            var cell = ToolCallCell()
            var event = AgentEvent(kind: .toolCall, source: 0, offset: 0, timestamp: .at(0))
            event.latency = 1_000
            cell.add(event)
            // Doubling makes many of one.
            var whole = ToolCallCell()
            var rest = calls
            while rest > 0 {
                if rest % 2 == 1 { whole.merge(cell) }
                cell.merge(cell)
                rest /= 2
            }
            if let whole = whole as? Cell { try body(ToolCallCell.key(of: event), bucket, whole) }
        }

        func quarters(_ buckets: Range<Int64>) -> [QuarterVolume] {
            let bucket = BucketWidth.quarter.bucket(holding: .at(0))
            guard buckets ~= bucket else { return [] }
            return [QuarterVolume(bucket: bucket, units: Int64(calls), hasMinutes: true)]
        }

        func forEachCall(
            in window: TimeWindow,
            names: CallNames,
            of scope: UserScope,
            _ body: ([CallUnit]) throws -> Void
        ) throws { try rows.forEachCall(in: window, names: names, of: scope, body) }
        func foldedNames() -> Int64 { 0 }
        func forEachRequest(
            in reach: RequestReach,
            of scope: UserScope,
            _ body: ([RequestRow]) throws -> Void
        ) throws {
            try rows.forEachRequest(in: reach, of: scope, body)
        }
        func agentOutcomes() throws -> AgentOutcomes { try rows.agentOutcomes() }
        func endsTasksSince() throws -> [NameIndex: Timestamp] { try rows.endsTasksSince() }
        func events(ofRequestKey key: Int64) throws -> [AgentEvent]? { [] }
        func orphanEvents(in window: TimeWindow) throws -> [CallUnit] { [] }
        func failures(
            in window: TimeWindow,
            passing filter: CallFilter,
            limit: Int
        ) -> FailureList { FailureList() }

        func requestID(_ key: Int64) -> String? { nil }

        func ledger(readIn window: TimeWindow) throws -> SourceLedger { rows.ledger }
        func following() throws -> FollowState? { nil }
        func horizon() -> RetentionHorizon { .none }

        func oldestEvent() throws -> Timestamp? { nil }
        func newestEvent() throws -> Timestamp? { nil }
        func name(_ index: NameIndex) throws -> String? { try rows.name(index) }
        func nameIndex(_ kind: NameKind, _ name: String) throws -> NameIndex? { nil }
    }

    private static func report(
        calls: Int,
        since: Double = -100,
        _ change: (inout MetricQuery) -> Void = { _ in }
    ) throws -> MetricReport {
        var query = MetricQuery(
            window: TimeWindow(since: .at(since), until: .at(3_600)),
            now: .at(7_200),
            metrics: ["tool_calls", "tool_latency_ms_p95"].compactMap(MetricCatalog.metric)
        )
        change(&query)
        return try MetricsEngine.report(
            query,
            from: FullStore(rows: MemorySnapshot(), calls: calls)
        )
    }

    @Test("200,000 units are answered from rows, one more from rollups")
    func limit() throws {
        #expect(try Self.report(calls: 200_000).value("tool_calls") == .whole(0, n: 0))
        let above = try Self.report(calls: 200_001)
        #expect(above.value("tool_calls") == .whole(200_001, n: 200_001))
        #expect(
            above.value("tool_latency_ms_p95")
                == MetricValue(.real(1), n: 200_001, exact: false)
        )
    }

    @Test("Units count before filters, and in whole minutes")
    func before() throws {
        let filtered = try Self.report(calls: 200_001) {
            $0.filters = [MetricFilter(.tool, ["t"])]
            $0.by = [.agent]
        }
        #expect(filtered.groups.isEmpty)
        // The window begins within the minute that is full; its own part of it comes from rows.
        let cut = try Self.report(calls: 200_001, since: 59)
        #expect(cut.value("tool_calls") == .whole(0, n: 0))
        #expect(try Self.report(calls: 200_001, since: 60).value("tool_calls") == .whole(0, n: 0))
    }

    @Test("What cells know exactly comes from them however few there are")
    func sums() throws {
        let report = try Self.report(calls: 3) { $0.metrics?.removeAll(where: \.needsSketches) }
        #expect(report.value("tool_calls") == .whole(3, n: 3))
        #expect(report.groups.map { $0.values.map(\.metric.name) } == [["tool_calls"]])
    }

    @Test("--exact reads rows however many there are, rollups cells however few")
    func forced() throws {
        let exact = try Self.report(calls: 999_999_999) { $0.precision = .exact }
        #expect(exact.value("tool_calls") == .whole(0, n: 0))
        let rolled = try Self.report(calls: 3) { $0.precision = .rollups }
        #expect(rolled.value("tool_calls") == .whole(3, n: 3))
    }
}
