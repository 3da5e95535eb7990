import AgentEvents
import EventStorage
import GRDB

extension WriterStanding {
    /// What a store says of itself, and of what it has sent and pruned since.
    init(of snapshot: SQLiteSnapshot, _ member: ClusterMember) throws {
        let db = snapshot.db
        self.init(settings: snapshot.settings)
        let counts = try StoreCounts.load(db)
        events = counts.events + member.pruned.events
        requests = counts.requests + member.pruned.requests
        let oldest = [try snapshot.oldestEvent(), member.prunedOldest].compactMap { $0 }
        oldestEvent = oldest.min()
        newestEvent = try snapshot.newestEvent()
        foldedNames = try snapshot.foldedNames()
        taken = try HandoverMarks.load(db).taken
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT nullif(k.agent, 0), a.ends_tasks_since, o.completed, o.decided
                FROM (SELECT agent FROM agents UNION SELECT agent FROM agent_outcomes) k
                LEFT JOIN agents a ON a.agent = k.agent LEFT JOIN agent_outcomes o ON o.agent = k.agent
                """
        )
        agents = try rows.map { row in
            let id: UInt32? = try row.value(0)
            var agent = Agent(name: try id.flatMap { try snapshot.name(NameIndex(rawValue: $0)) })
            agent.endsTasksSince = (try row.value(1) as Int64?).map(Timestamp.init(micros:))
            agent.completed = (try row.value(2) as Int64?) ?? 0  // no row: it completed none
            agent.decided = (try row.value(3) as Int64?) ?? 0  // and decided none
            return agent
        }
    }
}
