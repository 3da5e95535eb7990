package import AgentEvents
package import EventStorage
import MetricsEngine

/// Moves alerts on by what one evaluation found: a pure function of what was remembered, the rules,
/// the results and the time.
///
/// Only a breach and a fine result move a state. The time between two of those counts toward `for`
/// and `keep_firing_for` where it is at most `max_gap`. The states are those of Prometheus, with
/// `recovering` for its `keep_firing_for`.
package struct AlertEvaluation {
    /// Every alert that is to be remembered.
    package private(set) var records: [AlertRecord] = []
    package private(set) var transitions: [AlertTransition] = []
    private let now: Timestamp

    /// Evaluates once.
    ///
    /// - Parameters:
    ///   - remembered: the records of the last evaluation; empty at first.
    ///   - set: the rules as they are now; of those that are gone or disabled, alerts resolve.
    ///   - results: what the rules found, by `StatelessCheck`.
    ///   - now: the moment of the evaluation.
    package init(
        remembered: [AlertRecord],
        rules set: RuleSet,
        results: [RuleResult],
        now: Timestamp
    ) {
        self.now = now
        let known = Dictionary(grouping: remembered, by: \.rule)
        let found = Dictionary(grouping: results, by: \.name)
        let rules = set.rules.filter(\.isEnabled)
        for rule in rules {
            step(rule, known: known[rule.name] ?? [], found: found[rule.name] ?? [])
        }
        for broken in set.broken {
            for record in known[broken.name] ?? [] { fail(record, reason: broken.reason) }
        }
        let names = Set(rules.map(\.name) + set.broken.map(\.name))
        let disabled = Set(set.rules.filter { !$0.isEnabled }.map(\.name))
        for record in remembered where !names.contains(record.rule) {
            let isDisabled = disabled.contains(record.rule)
            end(record, reason: isDisabled ? "rule disabled" : "rule removed")
        }
    }

    // MARK: - One rule

    private mutating func step(_ rule: AlertRule, known: [AlertRecord], found: [RuleResult]) {
        // A table that was changed by hand may hold an alert twice.
        var remaining = Dictionary(known.map { ($0.id, $0) }) { first, _ in first }
        let whole = AlertID(rule: rule.name)
        // A rule with groups that was judged as a whole says the same of each group.
        let isWhole = !rule.groupBy.isEmpty && found.contains { $0.group.isEmpty }
        for result in found {
            let id = result.alertID
            var record = remaining.removeValue(forKey: id) ?? AlertRecord(id, now: now)
            record.note(result, now: now)
            move(&record, by: effect(of: result, on: record, rule), rule)
            records.append(record)
        }
        for record in remaining.values.sorted(by: { $0.id.text < $1.id.text }) {
            if record.labels.map(\.name) != rule.groupBy.map(\.rawValue), record.id != whole {
                end(record, reason: "rule changed")
            } else if isWhole, let result = found.first {
                stay(record, as: result, rule)
            } else if record.id == whole {
                end(record, reason: "there is data again")
            } else {
                miss(record, rule)
            }
        }
    }

    /// A group of a rule that could not be judged group by group.
    private mutating func stay(_ record: AlertRecord, as result: RuleResult, _ rule: AlertRule) {
        guard result.result != .noData else { return miss(record, rule, reason: result.reason) }
        fail(record, reason: result.reason ?? "")
    }

    private mutating func fail(_ record: AlertRecord, reason: String) {
        var record = record
        record.result = .error
        record.reason = reason
        record.evaluatedAt = now
        records.append(record)
    }

    /// A group that the window does not hold.
    private mutating func miss(_ record: AlertRecord, _ rule: AlertRule, reason: String? = nil) {
        var record = record
        record.result = .noData
        record.value = nil
        record.score = nil
        record.n = 0
        record.reason = reason ?? "nothing in the window"
        record.evaluatedAt = now
        guard now.micros - record.seenAt.micros <= rule.maxAbsence else {
            return end(record, reason: "group gone")
        }
        let effect: Effect? =
            switch rule.onNoData {
            case .ok: .recovery
            case .alert: .breach
            case .keep: nil
            }
        move(&record, by: effect, rule)
        records.append(record)
    }

    /// Forgets an alert, and resolves it where it was firing.
    private mutating func end(_ record: AlertRecord, reason: String) {
        guard record.state != .ok else { return }
        var record = record
        enter(.ok, &record, reason: reason)
    }

    // MARK: - One alert

    /// What a result does to a state.
    private enum Effect {
        case breach
        /// Fine, and good enough for a firing alert to recover.
        case recovery
        /// Fine, but for a firing alert not good enough.
        case hold
    }

    private func effect(
        of result: RuleResult,
        on record: AlertRecord,
        _ rule: AlertRule
    ) -> Effect? {
        switch result.result {
        case .breach: return .breach
        case .fine:
            return !record.state.isFiring || rule.isRecovered(result) ? .recovery : .hold
        case .insufficient:
            // In a quiet hour a firing alert could otherwise never resolve.
            return record.state.isFiring && result.n >= 1 && rule.isRecovered(result)
                ? .recovery : nil
        case .noData:
            switch rule.onNoData {
            case .ok: return .recovery
            case .alert: return .breach
            case .keep: return nil
            }
        case .error: return nil
        }
    }

    private mutating func move(_ record: inout AlertRecord, by effect: Effect?, _ rule: AlertRule) {
        guard let effect else { return }
        let elapsed = record.judgedAt.map { now.micros - $0.micros } ?? 0  // the first time
        let isCounted = (0...rule.maxGapSeconds * Micros.second).contains(elapsed)
        record.judgedAt = now
        let reason = record.reason
        switch (record.state, effect) {
        case (.ok, .breach):
            record.breachStart = now
            enter(rule.forSeconds == 0 ? .firing : .pending, &record, reason: reason)
        case (.pending, .breach):
            if isCounted { record.held += elapsed }
            guard record.held >= rule.forSeconds * Micros.second else { return }
            enter(.firing, &record, reason: reason)
        case (.pending, .recovery), (.pending, .hold):
            enter(.ok, &record, reason: reason)
        case (.firing, .recovery):
            enter(rule.keepFiringForSeconds == 0 ? .ok : .recovering, &record, reason: reason)
        case (.recovering, .recovery):
            if isCounted { record.held += elapsed }
            guard record.held >= rule.keepFiringForSeconds * Micros.second else { return }
            enter(.ok, &record, reason: reason)
        case (.recovering, .breach), (.recovering, .hold):
            enter(.firing, &record, reason: reason)
        case (.ok, .recovery), (.ok, .hold), (.firing, .breach), (.firing, .hold): return
        }
    }

    private mutating func enter(_ state: AlertState, _ record: inout AlertRecord, reason: String) {
        let from = record.state
        record.state = state
        record.since = now
        record.held = 0
        transitions.append(
            AlertTransition(
                to: record,
                from: from,
                at: now,
                reason: reason,
                // Every state but ok belongs to a breach.
                breachStart: record.breachStart ?? now
            )
        )
        if state == .ok { record.breachStart = nil }
    }
}

extension AlertRecord {
    /// Takes over what an evaluation found.
    fileprivate mutating func note(_ found: RuleResult, now: Timestamp) {
        result = found.result
        severity = found.severity.rawValue
        metric = found.metric
        op = found.op
        threshold = found.threshold
        value = found.value?.double
        score = found.score
        n = found.n
        reason = found.reason ?? found.condition
        if let text = found.summary { summary = text }
        if found.result != .noData, found.result != .error { seenAt = now }
        evaluatedAt = now
    }
}

extension RuleResult {
    /// Which alert the result is about.
    package var alertID: AlertID {
        AlertID(rule: name, labels: group.map { AlertLabel($0.dimension.rawValue, $0.value) })
    }
}

extension AlertID {
    /// The rule and the group as one text, the same for the same alert.
    package var text: String {
        ([rule] + labels.map { "\($0.name)=\($0.value ?? "")" }).joined(separator: "\u{1f}")
    }
}

extension AlertRule {
    /// Whether a value is good enough for a firing alert to recover.
    fileprivate func isRecovered(_ result: RuleResult) -> Bool {
        switch kind {
        case .threshold, .anomaly:
            guard let compared = result.compared else { return false }
            return !comparison.holds(compared, recover ?? threshold)
        // These have no threshold to recover at.
        case .burnRate, .builtIn: return result.result == .fine
        }
    }

    /// How long a group may be unseen before its alert is over, in microseconds.
    fileprivate var maxAbsence: Int64 {
        let length =
            switch window {
            case .minutes(let minutes): minutes * Micros.minute
            case .day: Micros.day
            case .month: 31 * Micros.day
            }
        return max(10 * length, 24 * Micros.hour)
    }
}
