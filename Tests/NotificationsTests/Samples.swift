import AgentEvents
import EventStorage
import Notifications

/// Messages and deliveries as tests use them.
enum Samples {
    /// 2026-11-24T02:00:00Z.
    static let start = Timestamp(micros: 1_795_485_600_000_000)

    static func alert(
        _ rule: String = "slow_tools",
        key: String = "slow_tools/agent=coder/1795485600",
        _ state: NotifiedAlert.State = .firing,
        severity: String = "critical",
        labels: [String: String] = ["agent": "coder", "model": "large \"4\""],
        annotations: [String: String] = [
            "summary": "Tools are slow: 8200 ms",
            "runbook_url": "https://runbooks.example.com/slow",
        ]
    ) -> NotifiedAlert {
        NotifiedAlert(
            dedupKey: key,
            rule: rule,
            severity: severity,
            state: state,
            labels: labels,
            annotations: annotations,
            startsAt: start,
            endsAt: state == .resolved ? start + 7 * Micros.minute + 250_000 : nil,
            value: "8200 ms",
            samples: 40,
            reason: "8200 ms > 5000 ms"
        )
    }

    static func delivery(
        _ id: String = "1",
        to receiver: String = "ops",
        _ alerts: [NotifiedAlert] = [alert()],
        madeAt: Timestamp = start,
        failures: Int = 0
    ) -> PendingDelivery {
        PendingDelivery(
            id: id,
            message: AlertMessage(receiver: receiver, alerts: alerts),
            madeAt: madeAt,
            dueAt: madeAt,
            failures: failures
        )
    }

    static func settings(
        _ kind: ReceiverKind,
        name: String = "ops",
        url: String? = nil,
        command: [String] = [],
        secret: String? = nil,
        timeout: Int64 = 5 * Micros.second
    ) -> ReceiverSettings {
        ReceiverSettings(
            name: name,
            kind: kind,
            url: url.map(Secret.init),
            command: command,
            secret: secret.map(Secret.init),
            timeout: timeout,
            origin: "host1.example.com"
        )
    }
}
