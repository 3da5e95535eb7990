import AgentEvents
package import Rollups

/// The cells that the rows of a store make, folded anew: what stored cells have to equal.
///
/// Linear in the calls and requests of the store, and keeps all cells in memory.
package struct CellFold: Sendable {
    private struct Place: Hashable {
        var width: BucketWidth
        var bucket: Int64
        var key: CellKey
    }

    private var llmCalls: [Place: LLMCallCell] = [:]
    private var toolCalls: [Place: ToolCallCell] = [:]
    private var requests: [Place: RequestCell] = [:]

    /// Folds everything stored; throws what the store throws.
    package init(of snapshot: some StoreSnapshot) throws {
        let always = TimeWindow(since: .distantPast, until: .distantFuture)
        try snapshot.forEachCall(in: always, names: [.agent, .subject, .provider], of: .all) {
            units in
            for unit in units { add(AgentEvent(unit)) }
        }
        let (settings, endsTasks) = (snapshot.settings, try snapshot.endsTasksSince())
        try snapshot.forEachRequest(endedIn: always, of: .all) { rows in
            for row in rows {
                let since = endsTasks[row.agent]
                add(row, row.status(at: .distantFuture, endsTasksSince: since, settings: settings))
            }
        }
    }

    /// Hands cells over as `CellReading` says.
    package func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        in reach: CellReach,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        if reach.areTotals { return try forEachTotal(type, in: reach, body) }
        let found = cells(type).filter {
            $0.place.width == reach.width && reach.buckets ~= $0.place.bucket
        }
        for (place, cell) in found.sorted(by: { $0.place.bucket < $1.place.bucket }) {
            try body(place.key, place.bucket, cell)
        }
    }

    private func forEachTotal<Cell: CellValue>(
        _ type: Cell.Type,
        in reach: CellReach,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        guard reach.width == .hour || reach.width == .day, Cell.series.hasTotals else { return }
        var totals: [Int64: [UInt8: Cell]] = [:]
        var parts = reach
        parts.areTotals = false
        try forEachCell(type, in: parts) { key, bucket, cell in
            totals[bucket, default: [:]][key.code, default: Cell()].merge(cell)
        }
        for (bucket, cells) in totals.sorted(by: { $0.key < $1.key }) {
            for (code, cell) in cells {
                try body(CellKey(series: Cell.series, agent: .none, code: code), bucket, cell)
            }
        }
    }

    /// What the quarters of an hour hold.
    ///
    /// `hasMinutes`: whether the minutes of a quarter are taken to have cells.
    package func quarters(
        _ buckets: Range<Int64>,
        hasMinutes: (Int64) -> Bool
    ) -> [QuarterVolume] {
        var units: [Int64: Int64] = [:]
        func add(_ place: Place, _ more: Int64) {
            guard place.width == .quarter, buckets ~= place.bucket else { return }
            units[place.bucket, default: 0] += more
        }
        for (place, cell) in llmCalls { add(place, cell.units) }
        for (place, cell) in toolCalls { add(place, cell.units) }
        for (place, cell) in requests { add(place, cell.units) }
        return units.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map {
            QuarterVolume(bucket: $0.key, units: $0.value, hasMinutes: hasMinutes($0.key))
        }
    }

    private func cells<Cell: CellValue>(_ type: Cell.Type) -> [(place: Place, cell: Cell)] {
        let all: any Sequence =
            switch Cell.series {
            case .llmCalls: llmCalls
            case .toolCalls: toolCalls
            case .requests: requests
            }
        return all.compactMap { $0 as? (Place, Cell) }.map { (place: $0.0, cell: $0.1) }
    }

    private mutating func add(_ event: AgentEvent) {
        for width in BucketWidth.allCases {
            let bucket = width.bucket(holding: event.timestamp)
            if event.kind == .toolCall {
                let place = Place(width: width, bucket: bucket, key: ToolCallCell.key(of: event))
                toolCalls[place, default: ToolCallCell()].add(event)
            } else {
                let place = Place(width: width, bucket: bucket, key: LLMCallCell.key(of: event))
                llmCalls[place, default: LLMCallCell()].add(event)
            }
        }
    }

    private mutating func add(_ row: RequestRow, _ status: RequestStatus) {
        for width in BucketWidth.allCases {
            let bucket = width.bucket(holding: status.closedAt)
            let key = RequestCell.key(of: row, status)
            let place = Place(width: width, bucket: bucket, key: key)
            requests[place, default: RequestCell()].add(row, status)
        }
    }
}

extension AgentEvent {
    /// The event that a call as metrics read it came from, as far as cells look at it.
    fileprivate init(_ unit: CallUnit) {
        self.init(kind: unit.kind, source: 0, offset: 0, timestamp: unit.timestamp)
        succeeded = unit.succeeded
        errorClassCode = unit.errorClassCode
        flags = unit.flags
        agent = unit.agent
        subject = unit.subject
        provider = unit.provider
        latency = unit.latency
        timeToFirstToken = unit.timeToFirstToken
        cacheRead = unit.cacheRead
        cacheWrite = unit.cacheWrite
        output = unit.output
        cost = unit.cost
        if let input = unit.input.value {
            // An unknown part of the input is no part of the sum.
            uncachedInput = Optional64(input - (cacheRead.value ?? 0) - (cacheWrite.value ?? 0))
        }
    }
}
