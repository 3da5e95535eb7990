import AgentEvents
import GRDB
import Rollups

/// Keeps `agents.ends_tasks_since`: the earliest completed `task_end` that each agent has logged.
enum AgentCompletions {
    /// Takes what a commit says of agents, and gives how requests closed before and do after it.
    static func update(
        _ fold: BatchFold,
        settings: RequestSettings,
        in db: Database
    ) throws -> (before: RequestClock, after: RequestClock) {
        let before = RequestClock(endsTasksSince: try load(db), settings: settings)
        if fold.completions.isEmpty, fold.retractedAgents.isEmpty { return (before, before) }
        try update(fold, db)
        return (before, RequestClock(endsTasksSince: try load(db), settings: settings))
    }

    private static func update(_ fold: BatchFold, _ db: Database) throws {
        // The new events are stored by now, so a full look finds them too.
        for agent in fold.retractedAgents { try recompute(agent, db) }
        let lower = try db.cachedStatement(
            sql: """
                INSERT INTO agents (agent, ends_tasks_since) VALUES (?, ?)
                ON CONFLICT (agent) DO UPDATE
                SET ends_tasks_since = min(ends_tasks_since, excluded.ends_tasks_since)
                """
        )
        for (agent, earliest) in fold.completions {
            try lower.execute(arguments: [agent, earliest.micros])
        }
    }

    /// Whether an event is the completed `task_end` that its agent is known by.
    static func isFirst(_ event: AgentEvent, _ db: Database) throws -> Bool {
        guard event.kind == .taskEnd, event.outcome == .completed else { return false }
        let find = try db.cachedStatement(
            sql: "SELECT 1 FROM agents WHERE agent = ? AND ends_tasks_since >= ?"
        )
        let arguments: StatementArguments = [event.agent.rawValue, event.timestamp.micros]
        return try Int64.fetchOne(find, arguments: arguments) != nil
    }

    /// Looks through all events: only needed when a late line changes whose `task_end` it was.
    ///
    /// What was known before the horizon stays.
    private static func recompute(_ agent: UInt32, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM agents WHERE agent = ? AND \(mayGo)", arguments: [agent])
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO agents (agent, ends_tasks_since)
                SELECT ?1, min(timestamp) FROM other_events e CROSS JOIN origins o ON o.id = e.origin
                WHERE kind = 3 AND outcome = 1 AND o.agent = ?1 HAVING count(*) > 0
                """,
            arguments: [agent]
        )
    }

    private static let mayGo =
        "ends_tasks_since >= (SELECT ifnull(horizon, ends_tasks_since) FROM retention)"

    /// When each agent first logged a completed `task_end`, if ever; also on another machine of the cluster.
    static func load(_ db: Database) throws -> [NameIndex: Timestamp] {
        var since: [NameIndex: Timestamp] = [:]
        let isMember = try db.tableExists("agents_elsewhere")
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT agent, ends_tasks_since FROM agents" + (isMember ? elsewhere : "")
        )
        while let row = try rows.next() {
            let agent = NameIndex(rawValue: try row.value(0))
            let moment = Timestamp(micros: try row.value(1))
            since[agent] = min(since[agent] ?? moment, moment)
        }
        return since
    }

    /// An agent that this store has no name for has no requests here either.
    private static let elsewhere = """
         UNION ALL SELECT n.id, e.ends_tasks_since FROM agents_elsewhere e
        JOIN names n ON n.kind = \(NameKind.agent.rawValue) AND n.name = e.agent
        UNION ALL SELECT 0, ends_tasks_since FROM agents_elsewhere WHERE agent = ''
        """

    /// Notes what other machines say; gives whether that is something new.
    static func noteElsewhere(_ agents: [String: Timestamp], _ db: Database) throws -> Bool {
        var known: [String: Timestamp] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT agent, ends_tasks_since FROM agents_elsewhere"
        )
        while let row = try rows.next() {
            known[try row.value(0)] = Timestamp(micros: try row.value(1))
        }
        guard known != agents else { return false }
        try db.execute(sql: "DELETE FROM agents_elsewhere")
        for (agent, moment) in agents {
            try db.execute(
                sql: "INSERT INTO agents_elsewhere VALUES (?, ?)",
                arguments: [agent, moment.micros]
            )
        }
        return true
    }

    /// Looks through all events for all agents.
    static func recomputeAll(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM agents WHERE \(mayGo);
                INSERT OR IGNORE INTO agents (agent, ends_tasks_since)
                SELECT o.agent, min(timestamp) FROM other_events e CROSS JOIN origins o ON o.id = e.origin
                WHERE kind = 3 AND outcome = 1 GROUP BY 1;
                """
        )
    }
}
