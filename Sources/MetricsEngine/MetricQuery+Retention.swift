import AgentEvents
package import EventStorage

extension MetricQuery {
    /// The question that can be answered where a store has been pruned.
    ///
    /// Before the horizon there are only cells of quarters of an hour: the window ends and begins on
    /// whole ones there, and begins where the cells do.
    ///
    /// - Throws: `StoreError` with code `pruned` where the answer takes events that are gone.
    package func afterPruning(to horizon: RetentionHorizon) throws -> MetricQuery {
        guard window.since < horizon.rows, window.since < window.until else { return self }
        guard now >= horizon.rows else {
            throw Self.pruned(
                horizon.rows,
                "what was open at \(now.rfc3339()) is not known any more",
                "ask as of a later time"
            )
        }
        var query = self
        query.window = horizon.widened(window)
        guard query.window.since < query.window.until else {
            throw Self.pruned(horizon.cells, "nothing of it is kept", Self.hint(horizon.cells))
        }
        if let reason = query.rowsReason {
            throw Self.pruned(horizon.rows, reason, Self.hint(horizon.rows))
        }
        return query
    }

    /// Why it can only be answered from rows; `nil` where cells will do.
    private var rowsReason: String? {
        if precision == .exact { return "exact answers take the events themselves" }
        if needsRows { return "users and sessions are known only of the events themselves" }
        if by.contains(.minute) { return "minutes are known only of the events themselves" }
        return nil
    }

    /// The error of a question that takes what has been pruned.
    static func pruned(_ moment: Timestamp, _ reason: String, _ hint: String) -> StoreError {
        StoreError(
            .pruned,
            operation: "answering from events of before \(moment.rfc3339())",
            cause: "they have been pruned, and \(reason)",
            hint: hint
        )
    }

    /// What to ask instead.
    static func hint(_ moment: Timestamp) -> String {
        "ask for what came since \(moment.rfc3339())"
    }
}
