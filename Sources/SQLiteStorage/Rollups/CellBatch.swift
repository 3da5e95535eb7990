import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Units that enter and leave the narrowest cells that they have, of all three series.
///
/// Those from before the retention horizon are passed over: cells of there do not change.
struct CellBatch {
    let places: CellPlaces
    private(set) var llmCalls = SeriesChanges<LLMCallCell>()
    private(set) var toolCalls = SeriesChanges<ToolCallCell>()
    private(set) var requests = SeriesChanges<RequestCell>()

    init(_ places: CellPlaces) { self.places = places }

    /// Takes calls that were summed already.
    mutating func enter(_ sums: CallSums) throws {
        let ids = try sums.keys.map { try places.keys.id(of: $0, places.db) }
        llmCalls.enter(sums.llmCalls, ids: ids)
        toolCalls.enter(sums.toolCalls, ids: ids)
    }

    mutating func enter(_ event: AgentEvent) throws {
        guard event.timestamp >= places.horizon, let key = try places.key(of: event) else { return }
        let place = try places.narrowest(key, at: event.timestamp)
        if event.kind == .toolCall {
            toolCalls.enter(place) { $0.add(event) }
        } else {
            llmCalls.enter(place) { $0.add(event) }
        }
    }

    mutating func leave(_ event: AgentEvent) throws {
        guard event.timestamp >= places.horizon, let key = try places.key(of: event) else { return }
        let place = try places.narrowest(key, at: event.timestamp)
        if event.kind == .toolCall {
            toolCalls.leave(place) { $0.add(event) }
        } else {
            llmCalls.leave(place) { $0.add(event) }
        }
    }

    /// `status`: of the request once it has closed.
    mutating func enter(_ row: RequestRow, status: RequestStatus) throws {
        guard status.closedAt >= places.horizon else { return }
        let key = try places.key(of: row, status)
        requests.enter(try places.narrowest(key, at: status.closedAt)) { $0.add(row, status) }
    }

    mutating func leave(_ row: RequestRow, status: RequestStatus) throws {
        guard status.closedAt >= places.horizon else { return }
        let key = try places.key(of: row, status)
        requests.leave(try places.narrowest(key, at: status.closedAt)) { $0.add(row, status) }
    }

    /// How many units came less how many went, by quarter.
    var unitChanges: [Int64: Int64] {
        var changes = llmCalls.unitChanges
        changes.merge(toolCalls.unitChanges, uniquingKeysWith: +)
        changes.merge(requests.unitChanges, uniquingKeysWith: +)
        return changes
    }
}

/// What changes in the cells of one series: of minutes where they have cells, else of quarters.
struct SeriesChanges<Cell: CellValue> {
    private(set) var minutes = CellChanges<Cell>()
    /// Without those whose minutes have cells.
    private(set) var quarters = CellChanges<Cell>()

    var isEmpty: Bool { minutes.isEmpty && quarters.isEmpty }

    mutating func enter(_ place: NarrowestPlace, _ add: (inout Cell) -> Void) {
        switch place {
        case .minute(let place): minutes.entering.change(place, add)
        case .quarter(let place): quarters.entering.change(place, add)
        }
    }

    /// Takes what entered cells whose keys are numbers.
    ///
    /// `ids`: the ids of the keys by their numbers; several may be the same.
    mutating func enter(_ changes: SeriesChanges, ids: [Int64]) {
        minutes.entering.merge(changes.minutes.entering, ids: ids)
        quarters.entering.merge(changes.quarters.entering, ids: ids)
    }

    /// `add`: adds the unit that leaves to the cell of those that do.
    mutating func leave(_ place: NarrowestPlace, _ add: (inout Cell) -> Void) {
        switch place {
        case .minute(let place): minutes.leaving.change(place, add)
        case .quarter(let place): quarters.leaving.change(place, add)
        }
    }

    /// The changes of all quarters.
    var ofQuarters: CellChanges<Cell> {
        guard !minutes.isEmpty else { return quarters }
        var changes = quarters
        changes.merge(minutes.widened(from: .minute, to: .quarter))
        return changes
    }

    fileprivate var unitChanges: [Int64: Int64] {
        var changes: [Int64: Int64] = [:]
        let all = ofQuarters
        for (place, cell) in zip(all.entering.places, all.entering.cells) {
            changes[place.bucket, default: 0] += cell.units
        }
        for (place, cell) in zip(all.leaving.places, all.leaving.cells) {
            changes[place.bucket, default: 0] -= cell.units
        }
        return changes
    }
}

/// The narrowest cell that a unit is in.
enum NarrowestPlace {
    case minute(CellPlace)
    case quarter(CellPlace)
}

/// Says in which cells a unit belongs.
struct CellPlaces {
    let keys: CellKeys
    let quarters: QuarterVolumes
    /// From when on cells change.
    let horizon: Timestamp
    let db: Database

    /// The id of an event's key; `nil` for the kinds that are in no cell.
    func key(of event: AgentEvent) throws -> Int64? {
        switch event.kind {
        case .llmCall, .retry: try keys.id(of: LLMCallCell.key(of: event), db)
        case .toolCall: try keys.id(of: ToolCallCell.key(of: event), db)
        case .taskEnd, .escalation, .circuitBreaker, .generic: nil
        }
    }

    func key(of row: RequestRow, _ status: RequestStatus) throws -> Int64 {
        try keys.id(of: RequestCell.key(of: row, status), db)
    }

    func narrowest(_ key: Int64, at time: Timestamp) throws -> NarrowestPlace {
        let quarter = BucketWidth.quarter.bucket(holding: time)
        guard try quarters.hasMinutes(quarter) else {
            return .quarter(CellPlace(bucket: quarter, key: key))
        }
        return .minute(CellPlace(bucket: BucketWidth.minute.bucket(holding: time), key: key))
    }
}
