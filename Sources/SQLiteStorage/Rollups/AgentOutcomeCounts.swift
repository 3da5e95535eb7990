import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Keeps `agent_outcomes`: how many requests of each agent were completed, and how many decided.
///
/// Counts and not flags, so that requests that are replaced take back what they said.
struct AgentOutcomeCounts {
    private struct Change {
        var completed: Int64 = 0
        var decided: Int64 = 0
    }

    private var changes: [UInt32: Change] = [:]

    /// Counts a request that is stored now, or, `times` -1, one that is no longer.
    mutating func count(_ row: RequestRow, times: Int64) {
        let outcome = row.taskOutcome
        guard outcome == .completed || outcome == .escalated || row.hasEscalation else { return }
        changes[row.agent.rawValue, default: Change()].decided += times
        if outcome == .completed {
            changes[row.agent.rawValue, default: Change()].completed += times
        }
    }

    /// Adds the changes to the table.
    func store(_ db: Database) throws {
        let add = try db.cachedStatement(
            sql: """
                INSERT INTO agent_outcomes (agent, completed, decided, pruned_completed, pruned_decided)
                VALUES (?, ?, ?, 0, 0)
                ON CONFLICT (agent) DO UPDATE SET completed = completed + excluded.completed,
                    decided = decided + excluded.decided
                """
        )
        let remove = try db.cachedStatement(
            sql: "DELETE FROM agent_outcomes WHERE agent = ? AND decided = 0"
        )
        for (agent, change) in changes where change.completed != 0 || change.decided != 0 {
            try add.execute(arguments: [agent, change.completed, change.decided])
            if change.decided < 0 { try remove.execute(arguments: [agent]) }
        }
    }

    /// Notes that the rows of these requests are pruned: they stay in the counts.
    func notePruned(_ db: Database) throws {
        let note = try db.cachedStatement(
            sql: """
                UPDATE agent_outcomes SET pruned_completed = pruned_completed + ?,
                    pruned_decided = pruned_decided + ? WHERE agent = ?
                """
        )
        for (agent, change) in changes {
            try note.execute(arguments: [change.completed, change.decided, agent])
        }
    }

    static func load(_ db: Database) throws -> AgentOutcomes {
        var outcomes = AgentOutcomes()
        let rows = try Row.fetchCursor(db, sql: "SELECT agent, completed FROM agent_outcomes")
        while let row = try rows.next() {
            let agent = NameIndex(rawValue: try row.value(0))
            outcomes.deciding.insert(agent)
            let completed: Int64 = try row.value(1)
            if completed > 0 { outcomes.completing.insert(agent) }
        }
        return outcomes
    }

    /// Counts all requests anew that are stored, beside those that were pruned.
    static func rebuild(_ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE agent_outcomes SET completed = pruned_completed, decided = pruned_decided;
                INSERT INTO agent_outcomes (agent, completed, decided, pruned_completed, pruned_decided)
                SELECT ifnull(agent, 0), count(*) FILTER (WHERE outcome = 1), count(*), 0, 0
                FROM requests WHERE outcome IN (1, 3) OR has_escalation GROUP BY 1
                ON CONFLICT (agent) DO UPDATE SET completed = completed + excluded.completed,
                    decided = decided + excluded.decided;
                DELETE FROM agent_outcomes WHERE decided = 0;
                """
        )
    }
}
