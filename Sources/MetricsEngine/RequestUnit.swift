import AgentEvents
import Rollups

/// One request as metrics read it: its row with what is known of it now.
struct RequestUnit: Sendable {
    var row: RequestRow
    /// When it closed.
    var time: Timestamp
    var outcome: RequestOutcome
    var failed: Bool
    var escalated: Bool
    var latency: Int64?

    init(_ row: RequestRow, _ status: RequestStatus) {
        self.row = row
        time = status.closedAt
        outcome = status.outcome
        failed = status.failed
        escalated = status.escalated
        latency = status.latency
    }
}
