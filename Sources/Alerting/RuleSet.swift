package import EventStorage

/// Rules to judge together, of a file or of a store.
package struct RuleSet: Sendable {
    /// With those that are built in; disabled ones included.
    package var rules: [AlertRule]
    /// Stored rules that could not be read.
    package var broken: [BrokenRule]

    package init(_ rules: [AlertRule], broken: [BrokenRule] = []) {
        self.rules = rules
        self.broken = broken
    }

    /// Reads rules as a store holds them, whose table people may have changed by hand.
    package init(_ rows: [ThresholdRow]) {
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
        self.rules = BuiltInRule.added(to: rules, besides: Set(broken.map(\.name)))
        self.broken = broken
    }
}
