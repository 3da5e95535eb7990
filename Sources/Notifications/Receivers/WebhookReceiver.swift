package import AgentEvents
import Digests
package import EventStorage
import Foundation

/// Alertmanager's webhook payload, version 4, so that what reads that reads ours.
///
/// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
package struct WebhookReceiver: Receiver {
    package let settings: ReceiverSettings
    private let url: HTTPTarget

    init(_ settings: ReceiverSettings, url: HTTPTarget) {
        self.settings = settings
        self.url = url
    }

    package func outgoing(for delivery: PendingDelivery, at now: Timestamp) throws -> Outgoing {
        let body = try JSONBody.bytes(WebhookPayload(delivery.message))
        var headers = ["X-Agentwatch-Delivery": delivery.id]
        if let secret = settings.secret {
            headers[Self.signatureHeader] = Self.signature(of: body, secret: secret, at: now)
        }
        return .requests([OutgoingRequest(target: url, headers: headers, body: body)])
    }

    package static let signatureHeader = "X-Agentwatch-Signature"

    /// `t=<seconds since 1970>,v1=<hex>`, an HMAC-SHA256 over the seconds, a dot and the body.
    ///
    /// The time is signed with the body, so that a receiver can refuse what is played again later.
    package static func signature(of body: [UInt8], secret: Secret, at now: Timestamp) -> String {
        let seconds = now.micros / Micros.second
        let signed = Array("\(seconds).".utf8) + body
        let code = SHA256.authenticationCode(for: signed, key: Array(secret.revealed.utf8))
        return "t=\(seconds),v1=\(code.hexadecimal)"
    }
}

/// The payload, with Alertmanager's names.
struct WebhookPayload: Encodable {
    /// One alert of it.
    struct Alert: Encodable {
        var status: String
        var labels: [String: String]
        var annotations: [String: String]
        var startsAt: String
        var endsAt: String
        var generatorURL: String
        var fingerprint: String
    }

    /// What Alertmanager writes where there is no end.
    static let noTime = "0001-01-01T00:00:00Z"

    var version = "4"
    var groupKey: String
    var truncatedAlerts = 0
    var status: String
    var receiver: String
    var groupLabels: [String: String] = [:]
    var commonLabels: [String: String]
    var commonAnnotations: [String: String]
    var externalURL = ""
    var alerts: [Alert]

    init(_ message: AlertMessage) {
        groupKey = Self.groupKey(message.alerts.map(\.dedupKey))
        status = message.isFiring ? "firing" : "resolved"
        receiver = message.receiver
        commonLabels = Self.common(message.alerts.map(\.allLabels))
        commonAnnotations = Self.common(message.alerts.map(\.allAnnotations))
        alerts = message.alerts.map { alert in
            Alert(
                status: alert.state.rawValue,
                labels: alert.allLabels,
                annotations: alert.allAnnotations,
                startsAt: alert.startsAt.rfc3339(),
                endsAt: alert.endsAt?.rfc3339() ?? Self.noTime,
                generatorURL: "",
                fingerprint: LabelFingerprint.text(of: alert.allLabels)
            )
        }
    }

    /// The same for a message that is repeated and for the one that resolves the same alerts.
    private static func groupKey(_ keys: [String]) -> String {
        "{}:{dedup_key=~\"\(Set(keys).sorted().joined(separator: "|"))\"}"
    }

    private static func common(_ all: [[String: String]]) -> [String: String] {
        guard let first = all.first else { return [:] }
        return first.filter { pair in all.allSatisfy { $0[pair.key] == pair.value } }
    }
}
