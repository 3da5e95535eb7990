package import EventStorage

/// Rules as the store holds them; people may have changed its table by hand.
package enum StoredRules {
    /// The rules that can be read, with those that are built in, and those that cannot.
    package static func read(_ rows: [ThresholdRow]) -> (rules: [AlertRule], broken: [BrokenRule]) {
        var rules: [AlertRule] = []
        var broken: [BrokenRule] = []
        for row in rows {
            do {
                rules.append(try AlertRule(row))
            } catch {
                let problems = error.problems.map(\.description).joined(separator: "; ")
                broken.append(
                    BrokenRule(
                        name: row.name,
                        metric: row.metric,
                        op: row.op,
                        threshold: row.threshold,
                        // What cannot be read must not be taken for harmless.
                        severity: Severity(rawValue: row.severity) ?? .critical,
                        reason: problems
                    )
                )
            }
        }
        return (BuiltInRule.added(to: rules, besides: Set(broken.map(\.name))), broken)
    }
}
