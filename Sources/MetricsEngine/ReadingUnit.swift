import AgentEvents
import EventStorage

/// The reading of all sources, the one unit of ledger metrics.
struct ReadingUnit: Sendable {
    /// Of the lines that were read in the window.
    var ledger: SourceLedger
    /// As it is now; `nil` where nobody has ever followed.
    var following: FollowState?
}
