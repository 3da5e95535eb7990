import AgentEvents
import EventStorage

/// The reading of all sources, the one unit of ledger metrics.
struct ReadingUnit: Sendable {
    /// The counts of the lines that were read in the window.
    var ledger: SourceLedger
    /// The state of following now; `nil` where there was never a follower.
    var following: FollowState?
}
