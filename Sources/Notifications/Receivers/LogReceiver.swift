package import AgentEvents
package import EventStorage

/// The program's own log: a line an alert, as `alert firing rule=x severity=critical ...`.
package struct LogReceiver: Receiver {
    package let settings: ReceiverSettings

    init(_ settings: ReceiverSettings) { self.settings = settings }

    package func outgoing(for delivery: PendingDelivery, at now: Timestamp) throws -> Outgoing {
        .lines(
            delivery.message.alerts.map { LogOutput(severity: $0.severity, text: Self.line($0)) }
        )
    }

    private static func line(_ alert: NotifiedAlert) -> String {
        var fields = [("rule", alert.rule), ("severity", alert.severity)]
        fields += alert.labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        fields += [("value", alert.value ?? ""), ("reason", alert.reason)]
        fields += [("summary", alert.annotations["summary"] ?? "")]
        fields += [("starts_at", alert.startsAt.rfc3339()), ("dedup_key", alert.dedupKey)]
        let texts = fields.filter { !$0.1.isEmpty }.map { "\($0.0)=\(Self.quoted($0.1))" }
        return "alert \(alert.state.rawValue) " + texts.joined(separator: " ")
    }

    /// The text, in quotes where it holds a space, a quote or an equals sign.
    private static func quoted(_ text: String) -> String {
        let line = SafeText.line(text, max: 500)
        guard line.contains(where: { " \"=\\".contains($0) }) else { return line }
        return "\"" + line.replacing("\"", with: "\\\"") + "\""
    }
}
