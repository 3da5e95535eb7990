import GRDB

/// The tables that say nothing that the rows of `events` and `requests` do not.
///
/// Each commit keeps them up to date. What changes rows by the thousand, migrating and forgetting,
/// makes them anew instead.
enum DerivedTables {
    /// With those of the rollups, which `CellRebuild` makes anew.
    static let names = [
        "event_zones", "request_zones", "agent_outcomes", "person_requests", "cell_keys", "cells",
    ]

    /// Makes all of them anew, in the transaction at hand.
    static func rebuild(_ db: Database) throws {
        for map in ZoneMap.allCases { try map.rebuild(db) }
        try AgentOutcomeCounts.rebuild(db)
        try PersonRequests.rebuild(db)
    }
}
