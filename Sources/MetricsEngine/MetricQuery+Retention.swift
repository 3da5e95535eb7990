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
                "which requests were open at \(now.rfc3339()) is no longer known",
                "ask as of a later time"
            )
        }
        var query = self
        query.window = horizon.widened(window)
        guard query.window.since < query.window.until else {
            throw Self.pruned(horizon.cells, "nothing of it is kept", Self.hint(horizon.cells))
        }
        return query
    }

    /// Why its plan reads rows, for whoever has to be told that these are gone.
    var rowsReason: String {
        if precision == .exact { return "exact answers need the events themselves" }
        if needsRows { return "only the events themselves know users and sessions" }
        if by.contains(.minute) { return "only the events themselves know minutes" }
        return "this question needs the events themselves"
    }

    /// The error of a question that takes what has been pruned.
    static func pruned(_ moment: Timestamp, _ reason: String, _ hint: String) -> StoreError {
        StoreError(
            .pruned,
            operation: "answering from events before \(moment.rfc3339())",
            cause: "they have been pruned, and \(reason)",
            hint: hint
        )
    }

    /// What to ask instead.
    static func hint(_ moment: Timestamp) -> String {
        "ask for a window that begins at \(moment.rfc3339()) or later"
    }
}
