/// What one unit of a metric is; it decides which dimensions the metric carries.
package enum MetricLevel: String, Sendable, CaseIterable {
    case request
    case llmCall
    case toolCall
    /// LLM and tool calls together.
    case call
    /// Requests that are open now: no window and no time, only the state of now.
    case state
    /// Lines read.
    case ledger

    /// What reports and the reference page call its units.
    package var units: String {
        switch self {
        case .request: "requests"
        case .llmCall: "LLM calls"
        case .toolCall: "tool calls"
        case .call: "calls"
        case .state: "open requests"
        case .ledger: "lines read"
        }
    }

    /// Whether its units have a value of the dimension.
    package func carries(_ dimension: Dimension) -> Bool {
        switch dimension {
        case .agent, .user, .session: self != .ledger
        case .model, .provider: self == .llmCall
        case .tool: self == .toolCall
        case .error: self == .llmCall || self == .toolCall || self == .call
        case .outcome: self == .request || self == .state
        case .minute, .hour, .day: self != .state && self != .ledger
        }
    }

    /// What its units can be filtered by, one by one.
    package var filters: [Dimension] { Dimension.allCases.filter { carries($0) && !$0.isTime } }

    /// Why its units have no value of a dimension that they do not carry.
    package func whyNot(_ dimension: Dimension) -> String {
        guard dimension.isTime, self == .state else {
            return "\(units) have no \(dimension.rawValue)"
        }
        return "open requests are a state of now"
    }
}
