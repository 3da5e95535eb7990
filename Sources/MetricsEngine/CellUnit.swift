import AgentEvents
import Rollups

/// The units of one rollup cell together: what they have in common, and what the cell keeps of them.
struct CellUnit<Cell: Sendable>: Sendable {
    var key: CellKey
    /// When its bucket begins.
    ///
    /// No group and no window has a border inside a bucket that is read, so
    /// this moment stands for all others of it.
    var time: Timestamp
    var cell: Cell
}

extension CellUnit: DimensionedUnit {
    func code(of dimension: Dimension) -> Int64 {
        switch dimension {
        case .agent: Int64(key.agent.rawValue)
        case .model, .tool: Int64(key.subject.rawValue)
        case .provider: Int64(key.provider.rawValue)
        case .error, .outcome: Int64(key.code)
        // What asks for users or sessions reads rows; times have no code.
        case .user, .session, .minute, .hour, .day: 0
        }
    }
}

extension CellUnit<RequestCell> {
    /// Whether its requests ended so.
    func has(_ outcome: RequestOutcome) -> Bool { key.code == outcome.code }

    /// Whether an event says what became of its requests, so that they closed when they ended.
    var hasOutcome: Bool { TaskOutcome(rawValue: key.code) != nil }
}
