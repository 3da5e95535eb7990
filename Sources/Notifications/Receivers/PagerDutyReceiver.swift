package import AgentEvents
import Digests
package import EventStorage

/// PagerDuty's Events API v2: one event an alert.
///
/// https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
package struct PagerDutyReceiver: Receiver {
    package let settings: ReceiverSettings
    private let url: HTTPTarget
    private let routingKey: Secret

    /// An event; a resolving one has no payload.
    private struct Event: Encodable {
        /// What happened.
        struct Payload: Encodable {
            var summary: String
            var source: String
            var severity: String
            var timestamp: String
            var component: String?
            var group: String?
            var `class`: String
            var customDetails: [String: String]

            private enum CodingKeys: String, CodingKey {
                case summary, source, severity, timestamp, component, group
                case `class`
                case customDetails = "custom_details"
            }
        }

        /// A link beside it.
        struct Link: Encodable {
            var href: String
            var text: String
        }

        var routingKey: String
        var eventAction: String
        var dedupKey: String
        var client: String?
        var payload: Payload?
        var links: [Link]?

        private enum CodingKeys: String, CodingKey {
            case client, payload, links
            case routingKey = "routing_key"
            case eventAction = "event_action"
            case dedupKey = "dedup_key"
        }
    }

    /// Where events go if nothing else is configured.
    static let publicURL = Secret("https://events.pagerduty.com/v2/enqueue")

    init(_ settings: ReceiverSettings, url: HTTPTarget, routingKey: Secret) {
        self.settings = settings
        self.url = url
        self.routingKey = routingKey
    }

    package func outgoing(for delivery: PendingDelivery, at now: Timestamp) throws -> Outgoing {
        .requests(
            try delivery.message.alerts.map { alert in
                OutgoingRequest(
                    target: url,
                    body: try JSONBody.bytes(event(alert)),
                    secrets: [routingKey]
                )
            }
        )
    }

    private func event(_ alert: NotifiedAlert) -> Event {
        var event = Event(
            routingKey: routingKey.revealed,
            eventAction: alert.state == .firing ? "trigger" : "resolve",
            dedupKey: Self.dedupKey(alert.dedupKey)
        )
        guard alert.state == .firing else { return event }
        event.client = "agentwatch"
        event.payload = Event.Payload(
            summary: "\(alert.headline) \(alert.groupText)".cut(to: 1_024),
            source: settings.origin,
            severity: ["critical", "warning", "info"].contains(alert.severity)
                ? alert.severity : "error",
            timestamp: alert.startsAt.rfc3339(),
            component: alert.labels["agent"],
            group: alert.labels.isEmpty ? nil : alert.groupText,
            class: alert.rule,
            customDetails: alert.allLabels.merging(alert.allAnnotations) { $1 }
        )
        if let runbook = alert.annotations["runbook_url"], runbook.hasPrefix("http") {
            event.links = [Event.Link(href: runbook, text: "Runbook")]
        }
        return event
    }

    /// A key as it is where PagerDuty takes it, which is up to 255 characters; else its hash.
    private static func dedupKey(_ key: String) -> String {
        guard key.unicodeScalars.count > 255 else { return key }
        return "sha256:" + SHA256.hash(Array(key.utf8)).hexadecimal
    }
}
