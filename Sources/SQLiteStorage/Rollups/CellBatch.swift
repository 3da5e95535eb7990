import AgentEvents
import GRDB
import Rollups

/// Units that enter and leave the cells of minutes, of all three series.
struct CellBatch {
    var llmCalls = CellChanges<LLMCallCell>()
    var toolCalls = CellChanges<ToolCallCell>()
    var requests = CellChanges<RequestCell>()

    mutating func enter(_ event: AgentEvent, keys: inout CellKeys, in db: Database) throws {
        guard let place = try Self.place(of: event, &keys, db) else { return }
        if event.kind == .toolCall {
            let slot = toolCalls.entering.slot(place)
            toolCalls.entering[slot].add(event)
        } else {
            let slot = llmCalls.entering.slot(place)
            llmCalls.entering[slot].add(event)
        }
    }

    mutating func leave(_ event: AgentEvent, keys: inout CellKeys, in db: Database) throws {
        guard let place = try Self.place(of: event, &keys, db) else { return }
        if event.kind == .toolCall {
            let slot = toolCalls.leaving.slot(place)
            toolCalls.leaving[slot].add(event)
        } else {
            let slot = llmCalls.leaving.slot(place)
            llmCalls.leaving[slot].add(event)
        }
    }

    /// `status`: of the request once it has closed.
    mutating func enter(
        _ row: RequestRow,
        status: RequestStatus,
        keys: inout CellKeys,
        in db: Database
    ) throws {
        let slot = requests.entering.slot(
            try Self.place(of: row, status: status, keys: &keys, in: db)
        )
        requests.entering[slot].add(row, status)
    }

    mutating func leave(
        _ row: RequestRow,
        status: RequestStatus,
        keys: inout CellKeys,
        in db: Database
    ) throws {
        let slot = requests.leaving.slot(
            try Self.place(of: row, status: status, keys: &keys, in: db)
        )
        requests.leaving[slot].add(row, status)
    }

    /// The cell of a minute where an event belongs; `nil` for the kinds that are in none.
    static func place(
        of event: AgentEvent,
        _ keys: inout CellKeys,
        _ db: Database
    ) throws -> CellPlace? {
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

    static func place(
        of row: RequestRow,
        status: RequestStatus,
        keys: inout CellKeys,
        in db: Database
    ) throws -> CellPlace {
        CellPlace(
            bucket: BucketWidth.minute.bucket(holding: status.closedAt),
            key: try keys.id(of: RequestCell.key(of: row, status), db)
        )
    }
}
