import AgentEvents
import EventStorage
import Rollups

/// What the writers of a cluster say of themselves, together.
struct ClusterStanding {
    /// The same with all writers unless somebody has changed them by hand; where two differ, the greatest.
    var settings = RequestSettings()
    /// Names without cells of their own.
    var foldedNames: Int64 = 0
    /// `nil` where there are no events, as is `newestEvent`.
    var oldestEvent: Timestamp?
    var newestEvent: Timestamp?
    /// What has been pruned.
    var horizon = RetentionHorizon.none

    /// That of no writers.
    private init() {}

    init(_ connection: ServerConnection) throws {
        let standings: [ClusterStanding] = try connection.all(
            """
            SELECT max(request_gap), max(reopen_within), max(idle_timeout), max(unfinished_after), max(loop_limit),
                max(folded_names), CAST(min(oldest_event) AS Nullable(Int64)),
                CAST(max(newest_event) AS Nullable(Int64)), \(ClusterRetention.columns)
            FROM writers FINAL HAVING count() > 0
            """,
            operation: "reading writers"
        ) { row in
            var standing = ClusterStanding()
            standing.settings.requestGap = try row.integer()
            standing.settings.reopenWithin = try row.integer()
            standing.settings.idleTimeout = try row.integer()
            standing.settings.unfinishedAfter = try row.integer()
            standing.settings.loopLimit = try row.integer()
            standing.foldedNames = try row.integer()
            standing.oldestEvent = try row.optional(Int64.self).map(Timestamp.init(micros:))
            standing.newestEvent = try row.optional(Int64.self).map(Timestamp.init(micros:))
            standing.horizon = try RetentionHorizon(&row)
            return standing
        }
        self = standings.first ?? ClusterStanding()  // nobody has written yet
    }
}
