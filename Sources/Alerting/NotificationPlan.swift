package import AgentEvents
package import EventStorage
import MetricsEngine

/// Who is to be told of what after an evaluation: a pure function of the alerts, of what was told
/// before, of silences and of the time.
///
/// Each receiver is told once that an alert fires, again every `repeat_every`, at once where it
/// became worse, and once that it is over. What is silenced or inhibited is not told; where that
/// ends while the alert fires, it is. That an alert is over is told whoever was told that it fires.
package struct NotificationPlan {
    /// Every notice that is to be remembered.
    package private(set) var notices: [AlertNotice] = []
    /// One message a receiver that has something to be told.
    package private(set) var messages: [AlertMessage] = []

    private let evaluation: AlertEvaluation
    private let rules: [String: AlertRule]
    private let broken: Set<String>
    private let silences: [Silence]
    private let now: Timestamp
    /// The metrics and groups of critical alerts that fire.
    private let inhibiting: Set<Scope>
    /// Why alerts that are over now are so.
    private let ends: [AlertID: AlertTransition]

    /// What an inhibited alert has in common with the one that inhibits it.
    private struct Scope: Hashable {
        var metric: String
        var labels: [AlertLabel]

        init(_ record: AlertRecord) { (metric, labels) = (record.metric, record.labels) }
    }

    /// Plans the notifications of one evaluation.
    ///
    /// - Parameters:
    ///   - evaluation: the alerts as they are now, with their changes.
    ///   - memory: the notices and silences that were there before.
    ///   - set: the rules as they are now.
    ///   - receivers: those that are configured, in their order.
    ///   - now: the moment of the evaluation.
    package init(
        _ evaluation: AlertEvaluation,
        memory: AlertMemory,
        rules set: RuleSet,
        receivers: [ReceiverConfiguration],
        now: Timestamp
    ) {
        self.evaluation = evaluation
        self.now = now
        rules = Dictionary(set.rules.map { ($0.name, $0) }) { first, _ in first }
        broken = Set(set.broken.map(\.name))
        inhibiting = Set(
            evaluation.records
                .filter { $0.state.isFiring && $0.severity == Severity.critical.rawValue }
                .map(Scope.init)
        )
        let over = evaluation.transitions.filter { $0.to == .ok }
        ends = Dictionary(over.map { (AlertID(rule: $0.rule, labels: $0.labels), $0) }) { $1 }
        silences = memory.silences.filter { $0.isActive(at: now) }
        let told = Dictionary(grouping: memory.notices, by: \.receiver)
        for receiver in receivers {
            let notices = told[receiver.name] ?? []
            plan(receiver, Dictionary(notices.map { ($0.alert, $0) }) { first, _ in first })
        }
    }

    private mutating func plan(_ receiver: ReceiverConfiguration, _ told: [AlertID: AlertNotice]) {
        var told = told
        var alerts: [NotifiedAlert] = []
        for record in evaluation.records where record.state.isFiring {
            guard let start = record.breachStart else { continue }
            let notice = told[record.id].flatMap { $0.breachStart == start ? $0 : nil }
            guard tells(record, receiver) else { continue }
            if notice != nil { told[record.id] = nil }
            if isDue(record, notice, receiver) {
                alerts.append(firing(record, since: start))
                notices.append(
                    AlertNotice(
                        record.id,
                        receiver: receiver.name,
                        breachStart: start,
                        severity: record.severity,
                        toldAt: now
                    )
                )
            } else if let notice {
                notices.append(notice)
            }
        }
        for notice in told.values.sorted(by: { $0.alert.text < $1.alert.text }) {
            if broken.contains(notice.rule) {
                // Whom a rule tells that cannot be read is not known.
                notices.append(notice)
            } else {
                alerts.append(resolved(notice))
            }
        }
        guard !alerts.isEmpty else { return }
        messages.append(AlertMessage(receiver: receiver.name, alerts: alerts))
    }

    private func tells(_ record: AlertRecord, _ receiver: ReceiverConfiguration) -> Bool {
        guard let rule = rules[record.rule] else { return false }
        return rule.receivers?.contains(receiver.name) ?? true
    }

    private func isDue(
        _ record: AlertRecord,
        _ notice: AlertNotice?,
        _ receiver: ReceiverConfiguration
    ) -> Bool {
        guard !isSilenced(record), !isInhibited(record) else { return false }
        guard let notice, let rule = rules[record.rule] else { return true }
        if Self.rank(record.severity) > Self.rank(notice.severity) { return true }
        let every = receiver.repeatEverySeconds ?? rule.repeatEverySeconds
        return now.micros - notice.toldAt.micros >= every * Micros.second
    }

    private func isSilenced(_ record: AlertRecord) -> Bool {
        silences.contains { $0.covers(record) }
    }

    /// Whether a critical alert of the same metric and group fires, which says enough.
    private func isInhibited(_ record: AlertRecord) -> Bool {
        record.severity == Severity.warning.rawValue && inhibiting.contains(Scope(record))
    }

    private static func rank(_ severity: String) -> Int {
        Severity.allCases.firstIndex { $0.rawValue == severity } ?? 0  // a spoilt word ranks lowest
    }

    // MARK: - What is said

    private func firing(_ record: AlertRecord, since start: Timestamp) -> NotifiedAlert {
        NotifiedAlert(
            dedupKey: record.id.dedupKey(breachStart: start),
            rule: record.rule,
            severity: record.severity,
            state: .firing,
            labels: record.id.labelTexts,
            annotations: annotations(record),
            startsAt: start,
            value: record.valueText,
            samples: record.n,
            reason: record.reason
        )
    }

    private func resolved(_ notice: AlertNotice) -> NotifiedAlert {
        let change = ends[notice.alert]
        return NotifiedAlert(
            dedupKey: notice.alert.dedupKey(breachStart: notice.breachStart),
            rule: notice.rule,
            severity: notice.severity,
            state: .resolved,
            labels: notice.alert.labelTexts,
            startsAt: notice.breachStart,
            endsAt: now,
            samples: change?.n,
            // The alert may go on; this receiver is not told any more.
            reason: change?.reason ?? "the rule no longer names this receiver"
        )
    }

    private func annotations(_ record: AlertRecord) -> [String: String] {
        var texts: [String: String] = [:]
        texts["summary"] = record.summary
        guard let rule = rules[record.rule] else { return texts }
        var values = ["value": record.valueText ?? "no data", "threshold": record.thresholdText]
        for (name, value) in record.id.labelTexts { values["labels.\(name)"] = value }
        texts["description"] = rule.description.map { AlertTemplate.fill($0, with: values) }
        texts["runbook_url"] = rule.runbookURL
        return texts
    }
}

extension AlertID {
    /// The same for every message about a breach that began then.
    package func dedupKey(breachStart: Timestamp) -> String {
        let hash = Array(text.utf8).withUnsafeBytes { SipHash.hash($0) }
        return "agentwatch-\(Hexadecimal.text(hash, digits: 16))-\(breachStart.micros)"
    }

    fileprivate var labelTexts: [String: String] {
        // A name that is none has no text.
        Dictionary(labels.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }
}

extension AlertRecord {
    /// The value with its unit; `nil` where there is none.
    package var valueText: String? {
        let unit = MetricCatalog.metric(named: metric)?.unit ?? .count  // of built-in rules
        return value.map { NumberText.pair($0, threshold: threshold, unit: unit).value }
    }

    fileprivate var thresholdText: String {
        let metric = MetricCatalog.metric(named: metric)
        // As above; a score has no unit.
        let unit = score == nil ? metric?.unit ?? .count : .count
        return NumberText.pair(threshold, threshold: threshold, unit: unit).threshold
    }
}
