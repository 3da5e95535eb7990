import GRDB

/// The tables that say nothing that the rows of `events` and `requests` do not.
///
/// Each commit keeps them up to date. Forgetting a source, which changes rows by the thousand, makes
/// them anew instead.
enum DerivedTables {
    /// Makes all of them anew, in the transaction at hand.
    static func rebuild(_ db: Database) throws {
        for map in ZoneMap.allCases { try map.rebuild(db) }
        try AgentOutcomeCounts.rebuild(db)
        try OrphanEvents.rebuild(db)
        try UserRequestIndex.rebuild(db)
        try StoreCounts.rebuild(db)
    }
}
