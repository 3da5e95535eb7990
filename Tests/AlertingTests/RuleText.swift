import Alerting

/// Rules as tests write them.
enum RuleText {
    /// A file with one rule, `{"name": "a", "metric": "error_rate", "op": ">", "threshold": 0.05}`
    /// with some keys replaced or added; "" leaves a key out.
    static func file(_ changes: [String: String] = [:]) -> String {
        "{\"version\": 1, \"rules\": [\(rule(changes))]}"
    }

    static func rule(_ changes: [String: String] = [:]) -> String {
        var members = [
            "name": "\"a\"", "metric": "\"error_rate\"", "op": "\">\"", "threshold": "0.05",
        ]
        members.merge(changes) { $1 }
        let texts = members.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
        return "{\(texts.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", "))}"
    }

    /// The one rule of such a file.
    static func decoded(_ changes: [String: String]) throws -> AlertRule {
        try AlertsFile.decode(file(changes)).rules[0]
    }
}
