import AgentEvents
import GRDB

/// The three tables of events: each has only the columns that its kinds can have.
///
/// A column costs a byte in every row, whether it has a value or not, and reading calls of one kind
/// steps over no others. Ids come from one sequence.
enum EventTable: CaseIterable {
    case llmCalls
    case toolCalls
    case others

    init(_ kind: EventKind) {
        switch kind {
        case .llmCall: self = .llmCalls
        case .toolCall: self = .toolCalls
        case .taskEnd, .escalation, .retry, .circuitBreaker, .generic: self = .others
        }
    }

    var name: String {
        switch self {
        case .llmCalls: "llm_events"
        case .toolCalls: "tool_events"
        case .others: "other_events"
        }
    }

    /// `FROM` and `WHERE` for the calls that failed in a window, from `?2` to before `?3`: among many calls they
    /// are few, and have an index.
    ///
    /// `joined`: further tables, joined to the rows, which are `r`.
    func failuresInWindow(joined: String = "") -> String {
        """
        FROM \(name) r \(joined)
        WHERE r.result & 1 = 0 AND r.timestamp >= ?2 AND r.timestamp < ?3
        """
    }

    /// The greatest id that an event of all three has or had; 0 where there never was one.
    static let newest = """
        SELECT max(ifnull((SELECT max(id) FROM llm_events), 0),
            ifnull((SELECT max(id) FROM tool_events), 0), ifnull((SELECT max(id) FROM other_events), 0),
            (SELECT newest FROM retention))
        """
}
