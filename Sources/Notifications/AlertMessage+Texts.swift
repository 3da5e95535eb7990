import EventStorage

extension AlertMessage {
    /// Whether there is one that still fires.
    var isFiring: Bool { alerts.contains { $0.state == .firing } }
}

extension NotifiedAlert {
    /// The labels that Alertmanager knows an alert by: the group, `alertname` and `severity`.
    var allLabels: [String: String] {
        // Alertmanager drops labels without a value, and so does its fingerprint.
        var all = labels.filter { !$0.value.isEmpty }
        all["alertname"] = rule
        all["severity"] = severity
        return all
    }

    /// The annotations with value, samples and reason, where the rule has none of these names.
    var allAnnotations: [String: String] {
        var all = ["reason": reason, "dedup_key": dedupKey]
        all["value"] = value
        all["samples"] = samples.map(String.init)
        return all.filter { !$0.value.isEmpty }.merging(annotations) { $1 }
    }

    /// One line for people: the rule's summary, or its name and the reason.
    var headline: String {
        if let summary = annotations["summary"], !summary.isEmpty { return summary }
        return reason.isEmpty ? rule : "\(rule): \(reason)"
    }

    /// The group as `agent=coder model=x`, in the order of the names.
    var groupText: String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
