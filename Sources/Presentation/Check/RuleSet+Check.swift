package import AgentEvents
package import Alerting
package import EventStorage

extension RuleSet {
    /// Judges the rules once, without memory, by the time zones that the system knows.
    ///
    /// - Throws: what the store throws.
    package func check(now: Timestamp, _ snapshot: any StoreSnapshot) throws -> CheckReport {
        try StatelessCheck.evaluate(
            rules: rules,
            broken: broken,
            now: now,
            zone: { ZoneArgument(named: $0)?.offsets },
            snapshot: snapshot
        )
    }
}
