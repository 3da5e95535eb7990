package import AgentEvents
package import EventStorage

/// Alertmanager's API v2: the alerts are handed to an Alertmanager, which tells people.
///
/// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, `postAlerts`
package struct AlertmanagerReceiver: Receiver {
    package let settings: ReceiverSettings
    private let url: HTTPTarget

    /// One alert as it is posted.
    private struct Alert: Encodable {
        var labels: [String: String]
        var annotations: [String: String]
        var startsAt: String
        var endsAt: String
    }

    init(_ settings: ReceiverSettings, url: HTTPTarget) {
        self.settings = settings
        self.url = url.appending("/api/v2/alerts")
    }

    package func outgoing(for delivery: PendingDelivery, at now: Timestamp) throws -> Outgoing {
        let alerts = delivery.message.alerts.map { alert in
            Alert(
                labels: alert.allLabels,
                annotations: alert.allAnnotations,
                startsAt: alert.startsAt.rfc3339(),
                endsAt: (alert.endsAt ?? stillFiringUntil(now)).rfc3339()
            )
        }
        return .requests([OutgoingRequest(target: url, body: try JSONBody.bytes(alerts))])
    }

    /// Alertmanager resolves by itself what it is not told of again; two repetitions may be missed.
    private func stillFiringUntil(_ now: Timestamp) -> Timestamp {
        now + 3 * max(settings.repeatEvery, Micros.hour)
    }
}
