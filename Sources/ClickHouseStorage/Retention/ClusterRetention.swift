import AgentEvents
import EventStorage

/// What has been pruned of a database on a server: the tables `retention` and `pruned`.
struct ClusterRetention {
    let connection: ServerConnection

    /// How far pruning has come.
    struct State: Equatable {
        var horizon = RetentionHorizon.none
        /// Whether nothing from before it is left.
        var isFinished = true
    }

    /// The two moments of a horizon, for other statements to select.
    static let columns = """
        toInt64(ifNull((SELECT max(rows_from) FROM retention), 0)),
        toInt64(ifNull((SELECT max(cells_from) FROM retention), 0))
        """

    func state() throws -> State {
        let rows = try connection.all(
            "SELECT rows_from, cells_from, is_finished FROM retention FINAL",
            operation: "reading what was pruned"
        ) { row in
            State(
                horizon: try RetentionHorizon(&row),
                isFinished: try row.integer(UInt8.self) == 1
            )
        }
        let horizon = rows.reduce(RetentionHorizon.none) { $0.raised(to: $1.horizon) }
        let last = rows.first { $0.horizon == horizon }
        // Two that were raised at once make a third, which nobody has finished.
        return State(horizon: horizon, isFinished: last?.isFinished ?? rows.isEmpty)
    }

    func note(_ state: State) throws {
        var rows = RowBinaryWriter()
        rows.put(Self.stored(state.horizon.rows))
        rows.put(Self.stored(state.horizon.cells))
        rows.put(UInt8(state.isFinished ? 1 : 0))
        try connection.insert(
            "INSERT INTO retention (rows_from, cells_from, is_finished) FORMAT RowBinary",
            rows: rows.bytes,
            operation: "noting what is pruned"
        )
    }

    /// Raises the horizon, unless it is as high already.
    func raise(to horizon: RetentionHorizon) throws {
        let known = try state().horizon
        let raised = known.raised(to: horizon)
        if raised != known { try note(State(horizon: raised, isFinished: false)) }
    }

    /// Notes how much of a day is about to be removed.
    func note(
        _ counts: (events: Int64, requests: Int64),
        of day: Int64,
        _ horizon: Timestamp
    ) throws {
        guard counts.events > 0 || counts.requests > 0 else { return }
        var rows = RowBinaryWriter()
        rows.put(day)
        rows.put(horizon.micros)
        for count in [counts.events + counts.requests, counts.events, counts.requests] {
            rows.put(count)
        }
        try connection.insert(
            "INSERT INTO pruned (day, rows_from, version, events, requests) FORMAT RowBinary",
            rows: rows.bytes,
            operation: "noting what is pruned"
        )
    }

    private static func stored(_ moment: Timestamp) -> Int64 {
        moment == .distantPast ? 0 : moment.micros
    }
}

extension RetentionHorizon {
    /// Reads the two moments of a row.
    init(_ row: inout RowBinaryReader) throws {
        func moment(_ micros: Int64) -> Timestamp {
            micros == 0 ? .distantPast : Timestamp(micros: micros)
        }
        self.init(rows: moment(try row.integer()), cells: moment(try row.integer()))
    }
}
