package import AgentEvents

/// Says what an event is to whoever reads files in which none was found.
package enum NoEventsHint {
    /// Whole sentences; `nil` where there was an event, a rejected one, or nothing to read.
    package static func text(_ ledger: SourceLedger) -> String? {
        guard ledger.skipped > ledger.expired, ledger.events == 0, ledger.duplicates == 0,
            ledger.rejected == 0
        else { return nil }
        return """
            No line is an event. An event is a JSON object with `event` and `timestamp`, such as \
            {"event":"tool_call","timestamp":"2026-03-02T10:00:00Z","tool":"search"}. Session files of \
            coding agents and exports of other tools are not read.
            """
    }
}
