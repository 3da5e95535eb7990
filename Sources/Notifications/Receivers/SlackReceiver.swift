package import AgentEvents
package import EventStorage

/// Slack's incoming webhooks, with blocks.
///
/// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
/// https://docs.slack.dev/reference/block-kit/blocks
package struct SlackReceiver: Receiver {
    package let settings: ReceiverSettings
    private let url: HTTPTarget

    /// A text of a block.
    private struct Text: Encodable {
        var type: String
        var text: String
    }

    /// A block: a header or a section has `text`, a context has `elements`.
    private struct Block: Encodable {
        var type: String
        var text: Text?
        var elements: [Text]?
    }

    /// The message; `text` is what notifications show.
    private struct Payload: Encodable {
        var text: String
        var blocks: [Block]
    }

    /// More alerts are counted but not shown: Slack takes 50 blocks, and people read fewer.
    private static let maxAlerts = 15

    init(_ settings: ReceiverSettings, url: HTTPTarget) {
        self.settings = settings
        self.url = url
    }

    package func outgoing(for delivery: PendingDelivery, at now: Timestamp) throws -> Outgoing {
        let alerts = delivery.message.alerts
        let title = Self.title(alerts)
        var blocks = [
            Block(type: "header", text: Text(type: "plain_text", text: title.cut(to: 150)))
        ]
        for alert in alerts.prefix(Self.maxAlerts) {
            blocks.append(Block(type: "section", text: Text(type: "mrkdwn", text: section(alert))))
        }
        if alerts.count > Self.maxAlerts {
            let more = Text(type: "mrkdwn", text: "and \(alerts.count - Self.maxAlerts) more")
            blocks.append(Block(type: "context", elements: [more]))
        }
        let body = try JSONBody.bytes(Payload(text: Self.escaped(title, 600), blocks: blocks))
        return .requests([OutgoingRequest(target: url, body: body)])
    }

    private static func title(_ alerts: [NotifiedAlert]) -> String {
        if alerts.count == 1, let alert = alerts.first {
            return "[\(alert.state.rawValue)] \(alert.severity): \(alert.headline)"
        }
        let firing = alerts.count { $0.state == .firing }
        return "\(firing) firing, \(alerts.count - firing) resolved"
    }

    /// Under 800 letters, so that the message stays below what Slack takes for all blocks together,
    /// about 13,000 (https://github.com/slackapi/bolt-js/issues/2509).
    private func section(_ alert: NotifiedAlert) -> String {
        let head = "*[\(alert.state.rawValue)] \(Self.escaped(alert.rule, 80))*"
        var lines = ["\(head) \(Self.escaped(alert.severity, 20))"]
        if !alert.labels.isEmpty { lines.append(Self.escaped(alert.groupText, 120)) }
        if let summary = alert.annotations["summary"] { lines.append(Self.escaped(summary, 250)) }
        if !alert.reason.isEmpty { lines.append(Self.escaped(alert.reason, 120)) }
        if let runbook = alert.annotations["runbook_url"] {
            lines.append(Self.escaped(runbook, 150))
        }
        return lines.joined(separator: "\n")
    }

    /// Escapes what begins a mention or a link, so that names from logs cannot call a channel.
    ///
    /// https://docs.slack.dev/messaging/formatting-message-text#escaping
    /// The limit is one of the escaped text, in Unicode scalars.
    private static func escaped(_ text: String, _ limit: Int) -> String {
        var escaped = ""
        var length = 0
        for scalar in text.unicodeScalars {
            let piece =
                switch scalar {
                case "&": "&amp;"
                case "<": "&lt;"
                case ">": "&gt;"
                default: String(scalar)
                }
            length += piece.unicodeScalars.count
            guard length <= limit - 3 else { return escaped + "..." }
            escaped += piece
        }
        return escaped
    }
}
