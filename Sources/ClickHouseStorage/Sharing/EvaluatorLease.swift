import AgentEvents
import EventStorage

/// Sees to it that of all machines one evaluates the rules.
///
/// Each that would do it says so again and again, and each time for how long that counts. It is for the one that has
/// said so for the longest. A machine waits before it believes that this is itself, so that of two that begin at
/// once both have read of each other. All times are the server's.
struct EvaluatorLease {
    let connection: ServerConnection
    let writer: Int64

    /// How long a machine waits, in seconds: longer than a statement takes, and than clocks of servers differ.
    private static let settling = 5
    private static let now = "toInt64(toUInt32(now()))"

    /// Says that this machine would evaluate; gives whose turn it is.
    ///
    /// `length`: for how long it counts, in microseconds.
    func claim(for length: Int64) throws -> EvaluationTurn {
        let seconds = max(1, (length + Micros.second - 1) / Micros.second)
        try connection.execute(
            """
            INSERT INTO evaluators (writer, version, since, until)
            SELECT \(writer), toUInt64(\(Self.now)), if(max(until) >= \(Self.now), max(since), \(Self.now)),
                \(Self.now) + \(seconds)
            FROM evaluators FINAL WHERE writer = \(writer)
            """,
            operation: "asking to evaluate the rules"
        )
        let first: [(writer: Int64, isSettled: UInt8)] = try connection.all(
            """
            SELECT writer, since + \(Self.settling) <= \(Self.now) FROM evaluators FINAL
            WHERE until >= \(Self.now) ORDER BY since, writer LIMIT 1
            """,
            operation: "asking who evaluates the rules"
        ) { (try $0.integer(), try $0.integer()) }
        guard let first = first.first, first.writer == writer else { return .others }
        return first.isSettled == 1 ? .own : .undecided
    }

    /// Leaves it to others.
    func release() throws {
        try connection.execute(
            "INSERT INTO evaluators SELECT \(writer), toUInt64(\(Self.now)), 0, 0",
            operation: "leaving the rules to others"
        )
    }
}
