import AgentEvents
import GRDB
import Rollups

/// Units that enter and leave the cells of minutes, of all three series.
struct CellBatch {
    let places: CellPlaces
    var llmCalls = CellChanges<LLMCallCell>()
    var toolCalls = CellChanges<ToolCallCell>()
    var requests = CellChanges<RequestCell>()

    init(_ places: CellPlaces) { self.places = places }

    mutating func enter(_ event: AgentEvent) throws {
        guard let place = try places.place(of: event) else { return }
        if event.kind == .toolCall {
            let slot = toolCalls.entering.slot(place)
            toolCalls.entering[slot].add(event)
        } else {
            let slot = llmCalls.entering.slot(place)
            llmCalls.entering[slot].add(event)
        }
    }

    mutating func leave(_ event: AgentEvent) throws {
        guard let place = try places.place(of: event) else { return }
        if event.kind == .toolCall {
            let slot = toolCalls.leaving.slot(place)
            toolCalls.leaving[slot].add(event)
        } else {
            let slot = llmCalls.leaving.slot(place)
            llmCalls.leaving[slot].add(event)
        }
    }

    /// `status`: of the request once it has closed.
    mutating func enter(_ row: RequestRow, status: RequestStatus) throws {
        let slot = requests.entering.slot(try places.place(of: row, status: status))
        requests.entering[slot].add(row, status)
    }

    mutating func leave(_ row: RequestRow, status: RequestStatus) throws {
        let slot = requests.leaving.slot(try places.place(of: row, status: status))
        requests.leaving[slot].add(row, status)
    }
}

/// Says in which cell of a minute a unit belongs.
struct CellPlaces {
    let keys: CellKeys
    let db: Database

    /// `nil` for the kinds that are in no cell.
    func place(of event: AgentEvent) throws -> CellPlace? {
        let key: CellKey
        switch event.kind {
        case .llmCall, .retry: key = LLMCallCell.key(of: event)
        case .toolCall: key = ToolCallCell.key(of: event)
        case .taskEnd, .escalation, .circuitBreaker, .generic: return nil
        }
        return CellPlace(
            bucket: BucketWidth.minute.bucket(holding: event.timestamp),
            key: try keys.id(of: key, db)
        )
    }

    func place(of row: RequestRow, status: RequestStatus) throws -> CellPlace {
        CellPlace(
            bucket: BucketWidth.minute.bucket(holding: status.closedAt),
            key: try keys.id(of: RequestCell.key(of: row, status), db)
        )
    }
}
