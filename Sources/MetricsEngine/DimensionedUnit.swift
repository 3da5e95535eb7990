import AgentEvents
import EventStorage
import Rollups

/// A unit that can be grouped and filtered.
///
/// A code stands for the value of a dimension: the index of a name, the raw value of an error
/// class, the place of an outcome; 0 is no value.
protocol DimensionedUnit {
    var time: Timestamp { get }

    /// The code of a dimension that its level carries and that is no time.
    func code(of dimension: Dimension) -> Int64
}

extension CallUnit: DimensionedUnit {
    var time: Timestamp { timestamp }

    func code(of dimension: Dimension) -> Int64 {
        switch dimension {
        case .agent: Int64(agent.rawValue)
        case .user: Int64(user.rawValue)
        case .session: Int64(session.rawValue)
        case .model, .tool: Int64(subject.rawValue)
        case .provider: Int64(provider.rawValue)
        case .error: Int64(errorClassCode)
        case .outcome, .minute, .hour, .day: 0
        }
    }
}

extension RequestUnit: DimensionedUnit {
    func code(of dimension: Dimension) -> Int64 {
        switch dimension {
        case .agent: Int64(row.agent.rawValue)
        case .user: Int64(row.user.rawValue)
        case .session: Int64(row.session.rawValue)
        case .outcome: Int64(outcome.code)
        case .model, .provider, .tool, .error, .minute, .hour, .day: 0
        }
    }
}

extension Dimension {
    /// How long one value of a time dimension is, in microseconds; `nil` for the others.
    package var length: Int64? {
        switch self {
        case .minute: Micros.minute
        case .hour: Micros.hour
        case .day: Micros.day
        case .agent, .model, .provider, .tool, .error, .user, .session, .outcome: nil
        }
    }

    /// The kind of the names that are its values.
    var nameKind: NameKind? {
        switch self {
        case .agent: .agent
        case .model: .model
        case .provider: .provider
        case .tool: .tool
        case .user: .user
        case .session: .session
        case .error, .outcome, .minute, .hour, .day: nil
        }
    }
}
