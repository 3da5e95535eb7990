import AgentEvents
import EventStorage
import Rollups

/// A view of a database on a server.
///
/// What belongs to alerts and to reading files is the local store's. Each question sees what the server has when it
/// is asked, so that two may differ by what came between them; what no longer changes, such as a window that has
/// long closed, is always the same.
struct ClickHouseSnapshot: StoreView {
    let connection: ServerConnection
    let names: ClusterNames
    /// `nil` where there is none.
    let local: (any EventStore)?
    private let standing: ClusterStanding

    init(_ connection: ServerConnection, local: (any EventStore)?) throws {
        self.connection = connection
        self.local = local
        names = ClusterNames.of(connection.address)
        standing = try ClusterStanding(connection)
    }

    var settings: RequestSettings { standing.settings }

    func foldedNames() throws -> Int64 { standing.foldedNames }

    func oldestEvent() throws -> Timestamp? { standing.oldestEvent }

    func newestEvent() throws -> Timestamp? { standing.newestEvent }

    func forEachCall(
        in window: TimeWindow,
        names wanted: CallNames,
        of scope: UserScope,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        let kinds = "kind IN (1, 2, 5)"
        try CallRowReader(connection: connection, names: names, wanted: wanted).run(
            "\(kinds) AND \(condition(of: scope))",
            in: window,
            body
        )
    }

    /// That a row is of some people.
    private func condition(of scope: UserScope) -> String {
        guard case .names(let wanted) = scope else { return "1" }
        func texts(_ kind: NameKind) -> [String] {
            wanted.compactMap { names.name($0) }.filter { $0.kind == kind }.map(\.text)
        }
        let users = ServerText.isOne("user", of: texts(.user))
        return "(\(users) OR \(ServerText.isOne("session", of: texts(.session))))"
    }

    func orphanEvents(in window: TimeWindow) throws -> [CallUnit] {
        // Those that have been orphans at some time are mostly few, and the others are not looked at.
        let once: [(minute: UInt32, number: Int64)] = try connection.all(
            """
            SELECT DISTINCT minute, number FROM orphan_events WHERE \(window.minuteCondition)
            LIMIT \(Self.maxOrphansNamed + 1)
            """,
            operation: "reading orphans"
        ) { (try $0.integer(), try $0.integer()) }
        if once.isEmpty { return [] }
        var table = "rare_events FINAL"
        if once.count <= Self.maxOrphansNamed {
            // Of few rows the newest versions are found sooner than by FINAL.
            table = """
                (SELECT * FROM rare_events WHERE \(ServerText.isOne("minute", of: Set(once.map(\.minute))))
                AND \(ServerText.isOne("number", of: once.map(\.number)))
                ORDER BY version DESC LIMIT 1 BY minute, writer, number)
                """
        }
        var orphans: [CallUnit] = []
        let wanted: CallNames = [.agent, .user, .session, .subject, .provider]
        try CallRowReader(connection: connection, names: names, wanted: wanted).run(
            "bitAnd(flags, \(AgentEvent.Flags.orphan.rawValue)) != 0",
            in: window,
            of: table
        ) { orphans += $0 }
        return orphans
    }

    /// More of them than a statement can name are found among all rare events.
    private static let maxOrphansNamed = 5_000

    func forEachRequest(
        in reach: RequestReach,
        of scope: UserScope,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        let undecided = reach.isUndecided ? "AND outcome = 0" : ""
        try RequestRowReader(connection: connection, names: names).run(
            """
            \(reach.ended.condition("ended_at")) AND begun_at < \(reach.begunBefore.micros) \(undecided)
                AND \(condition(of: scope))
            """,
            body
        )
    }

    func agentOutcomes() throws -> AgentOutcomes {
        var outcomes = AgentOutcomes()
        try connection.rows(
            "SELECT agent, sum(completed) \(Self.currentAgents) AND decided > 0 GROUP BY agent",
            operation: "reading agents"
        ) {
            (names.index(.agent, try $0.text()), try $0.integer(Int64.self))
        } take: {
            agent,
            completed in
            outcomes.deciding.insert(agent)
            if completed > 0 { outcomes.completing.insert(agent) }
        }
        return outcomes
    }

    func endsTasksSince() throws -> [NameIndex: Timestamp] {
        let agents = try Self.endsTasksSince(connection)
        return Dictionary(uniqueKeysWithValues: agents.map { (names.index(.agent, $0), $1) })
    }

    /// When agents first logged a completed `task_end`, by name; `writer`: whose word does not count.
    static func endsTasksSince(
        _ connection: ServerConnection,
        besides writer: Int64? = nil
    ) throws -> [String: Timestamp] {
        let others = writer.map { "AND writer != \($0)" } ?? ""  // every writer's word counts
        var since: [String: Timestamp] = [:]
        try connection.rows(
            """
            SELECT agent, assumeNotNull(min(ends_tasks_since))
            \(currentAgents) AND ends_tasks_since IS NOT NULL \(others) GROUP BY agent
            """,
            operation: "reading agents"
        ) {
            (try $0.string(), Timestamp(micros: try $0.integer()))
        } take: { agent, moment in
            since[agent] = moment
        }
        return since
    }

    // ALL, since ANY takes one row of either side on servers of today.
    static let currentAgents = """
        FROM (SELECT writer, agent, version, ends_tasks_since, completed, decided FROM agents FINAL) AS a
        ALL INNER JOIN (SELECT writer, version AS current FROM writers FINAL) AS w USING writer
        WHERE version >= current
        """

    func ledger(readIn window: TimeWindow) throws -> SourceLedger {
        let sums = SourceLedger.counts.map { "sum(\($0.name))" }.joined(separator: ", ")
        let rows: [SourceLedger] = try connection.all(
            """
            SELECT \(sums) FROM ledger FINAL
            WHERE minute >= \(window.since.flooredToMinute.micros) AND minute < \(window.until.micros)
            """,
            operation: "reading the ledger"
        ) { row in
            var ledger = SourceLedger()
            for (_, path) in SourceLedger.counts { ledger[keyPath: path] = try row.integer() }
            return ledger
        }
        return rows.first ?? SourceLedger()  // a sum over no rows
    }

    func following() throws -> FollowState? { try local?.read { try $0.following() } }

    func horizon() throws -> RetentionHorizon { standing.horizon }

    func name(_ index: NameIndex) throws -> String? { names.name(index)?.text }

    func nameIndex(_ kind: NameKind, _ name: String) throws -> NameIndex? {
        let found = try connection.number(
            """
            SELECT toInt64(count()) FROM names
            WHERE kind = \(kind.rawValue) AND name = \(ServerText.literal(name))
            """,
            operation: "reading names"
        )
        return found == 0 ? nil : names.index(kind, name)
    }
}
