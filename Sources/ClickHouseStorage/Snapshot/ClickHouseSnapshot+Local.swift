import AgentEvents
import EventStorage

/// What stands in the local store: what it reads, its rules, and what it told whom.
extension ClickHouseSnapshot {
    func occurrences(in window: TimeWindow, limit: Int) throws -> [Occurrence] {
        let deployments: [Occurrence] = try connection.all(
            """
            SELECT timestamp, agent, attributes FROM rare_events FINAL
            WHERE \(window.condition("timestamp")) AND removed = 0
                AND kind = \(EventKind.generic.rawValue)
                AND subject = \(ServerText.literal(Occurrence.deployment))
            ORDER BY timestamp DESC LIMIT \(limit)
            """,
            operation: "reading deployments"
        ) { row in
            let at = Timestamp(micros: try row.integer())
            let agent = try row.string()
            return Occurrence(
                .deployment,
                at: at,
                agent: agent.isEmpty ? nil : agent,
                attributes: try row.optionalString()
            )
        }
        let own = try local?.read { try $0.occurrences(in: window, limit: limit) } ?? []
        return deployments + own.filter { $0.kind == .followerStart }
    }

    func forEachReject(
        source: String?,
        limit: Int,
        _ body: (RejectedLine) throws -> Void
    ) throws { try local?.read { try $0.forEachReject(source: source, limit: limit, body) } }

    func status(now: Timestamp) throws -> StoreStatus {
        var status =
            try local?.read { try $0.status(now: now) }
            ?? StoreStatus(
                events: 0,
                requests: 0,
                rejected: 0,
                newestEvent: nil,
                sources: [],
                bytes: 0,
                walBytes: 0,
                diskFree: nil,
                engineVersion: ""
            )
        (status.events, status.requests) = try stored()
        status.horizon = try horizon()
        status.rejected = try connection.number(
            "SELECT sum(rejected) FROM ledger FINAL",
            operation: "reading the ledger"
        )
        status.newestEvent = try newestEvent()
        status.bytes = try connection.tableBytes()
        status.walBytes = 0
        status.diskFree = nil
        let versions: [String] = try connection.all(
            "SELECT version()",
            operation: "asking the version"
        ) { try $0.string() }
        status.engine = "ClickHouse"
        status.engineVersion = versions.first ?? "unknown"  // it always answers
        return status
    }

    /// What the machines have sent and nobody has pruned.
    private func stored() throws -> (events: Int64, requests: Int64) {
        let counts: [(Int64, Int64)] = try connection.all(
            """
            SELECT sum(events), sum(requests) FROM (SELECT events, requests FROM writers FINAL
                UNION ALL SELECT -events AS events, -requests AS requests FROM pruned FINAL)
            """,
            operation: "counting events"
        ) { (try $0.integer(), try $0.integer()) }
        return counts.first ?? (0, 0)  // a sum gives a row
    }

    func thresholds() throws -> [ThresholdRow] { try local?.read { try $0.thresholds() } ?? [] }

    func receivers() throws -> [ReceiverConfiguration] {
        try local?.read { try $0.receivers() } ?? []
    }

    func alertMemory() throws -> AlertMemory {
        try local?.read { try $0.alertMemory() } ?? AlertMemory()
    }

    func transitions(in window: TimeWindow, limit: Int) throws -> [AlertTransition] {
        try local?.read { try $0.transitions(in: window, limit: limit) } ?? []
    }

    func deliveries(in window: TimeWindow, limit: Int) throws -> [DeliverySummary] {
        try local?.read { try $0.deliveries(in: window, limit: limit) } ?? []
    }

    func outboxCounts() throws -> [String: OutboxCount] {
        try local?.read { try $0.outboxCounts() } ?? [:]
    }
}
