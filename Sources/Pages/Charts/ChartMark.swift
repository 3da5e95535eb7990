import AgentEvents
import EventStorage
import Presentation

/// Something that happened at a moment of a chart, drawn as a line across it.
struct ChartMark: Sendable {
    /// What happened, with the name that the legend has for it.
    enum Kind: String, Sendable, CaseIterable {
        case alert
        case deploy
        case start

        var title: String {
            switch self {
            case .alert: "an alert fired"
            case .deploy: "a deployment"
            case .start: "reading began"
            }
        }
    }

    var kind: Kind
    var at: Timestamp
    /// What it was.
    var text: String

    private static let maxOfKind = 50
    private static let maxTransitions = 1_000
    private static let maxLetters = 100

    /// What happened in a window, the oldest first; of each kind at most the newest fifty.
    static func all(in window: TimeWindow, _ view: any StoreView) throws -> [ChartMark] {
        let changes = try view.transitions(in: window, limit: maxTransitions)
        let alerts = changes.filter { $0.to.isFiring && !$0.from.isFiring }.prefix(maxOfKind)
        let marks = alerts.map { change in
            let name = AlertStates.name(change.rule, change.labels)
            return ChartMark(kind: .alert, at: change.at, text: "\(name): \(change.reason)")
        }
        let occurrences = try view.occurrences(in: window, limit: maxOfKind).map { occurrence in
            let words = [occurrence.agent, occurrence.attributes].compactMap { $0 }
            let text = SafeText.line(words.joined(separator: " "), max: maxLetters)
            return ChartMark(
                kind: occurrence.kind == .deployment ? .deploy : .start,
                at: occurrence.at,
                text: text
            )
        }
        return (marks + occurrences).sorted { $0.at < $1.at }
    }
}
