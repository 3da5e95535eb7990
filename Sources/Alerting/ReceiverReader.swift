package import EventStorage
import MetricsEngine

/// Reads the receivers of an alerts file.
enum ReceiverReader {
    static let keys = ["type", "url", "command", "secret", "timeout", "repeat_every"]

    /// The receivers that could be read, and the names of all.
    static func receivers(
        _ file: ObjectReader
    ) -> (read: [ReceiverConfiguration], names: [String]) {
        guard let node = file.node("receivers") else { return ([], []) }
        guard case .object(let members) = node.value else {
            file.diagnostics.add(
                "receivers",
                line: node.line,
                message: "\(node.kind) stands where an object is expected",
                suggestion: "write {\"name\": {\"type\": \"log\"}}"
            )
            return ([], [])
        }
        var read: [ReceiverConfiguration] = []
        var names: [String] = []
        for member in members {
            let place = "receivers.\(member.key)"
            if names.contains(member.key) {
                file.diagnostics.add(place, line: member.line, message: "the key is there twice")
                continue
            }
            names.append(member.key)
            if member.key.isEmpty || member.key.utf8.count > 200 {
                file.diagnostics.add(place, line: member.line, message: "a name has 1 to 200 bytes")
            }
            if let receiver = receiver(member, place: place, file.diagnostics) {
                read.append(receiver)
            }
        }
        return (read, names)
    }

    private static func receiver(
        _ member: JSONNode.Member,
        place: String,
        _ diagnostics: Diagnostics
    ) -> ReceiverConfiguration? {
        let object = ObjectReader(member.node, path: place, known: keys, diagnostics)
        guard let object else { return nil }
        if object.node("type") == nil {
            object.diagnostics.add(
                object.place("type"),
                line: object.line,
                message: "a receiver needs a type",
                suggestion:
                    "types are \(ReceiverType.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        let type: ReceiverType? = object.word("type")
        let url = url(object)
        let command = object.strings("command") ?? []  // a wrong one was noted
        let secret = secret(object)
        let timeout = time(
            "timeout",
            range: 1...300,
            words: "from 1s to 5m",
            object: object
        )
        let every = time(
            "repeat_every",
            range: 60...315_360_000,
            words: "of at least 1m",
            object: object
        )
        guard let type else { return nil }
        checkKeys(of: type, object)
        return ReceiverConfiguration(
            name: member.key,
            type: type,
            url: url,
            command: command,
            secret: secret,
            timeoutSeconds: timeout ?? 10,  // as documented
            repeatEverySeconds: every
        )
    }

    /// Keys that a type needs, and those that it has no use for.
    private static func checkKeys(
        of type: ReceiverType,
        _ object: ObjectReader
    ) {
        let (needed, allowed) = type.keys
        for key in needed where object.node(key) == nil {
            let message = "a receiver of type \(type.rawValue) needs \(key)"
            object.diagnostics.add(
                object.place(key),
                line: object.line,
                message: message,
                suggestion: type.hint
            )
        }
        for key in ["url", "command", "secret"]
        where object.node(key) != nil && !needed.contains(key) && !allowed.contains(key) {
            object.report(
                key,
                "a receiver of type \(type.rawValue) has no \(key)"
            )
        }
        if type == .command, case .array(let items)? = object.node("command")?.value, items.isEmpty
        {
            object.report(
                "command",
                "an empty list is no program",
                suggestion: type.hint
            )
        }
    }

    private static func url(_ object: ObjectReader) -> String? {
        guard let url = object.string("url") else { return nil }
        let isAddress = ["http://", "https://"].contains {
            url.hasPrefix($0) && url.utf8.count > $0.utf8.count
        }
        if !isAddress, !isPlace(url) {
            object.report(
                "url",
                "an address that begins with http:// or https:// is expected",
                suggestion:
                    "or the place that holds it: \"$NAME\" of the environment, \"file:/path\""
            )
        }
        return url
    }

    /// A secret is never written down here, where everybody reviews it.
    private static func secret(_ object: ObjectReader) -> String? {
        guard let secret = object.string("secret") else { return nil }
        if !isPlace(secret) {
            object.report(
                "secret",
                "a secret is not written into this file",
                suggestion:
                    "name the place that holds it: \"$NAME\" of the environment, \"file:/path\""
            )
            return nil
        }
        return secret
    }

    /// Whether a text names a variable of the environment or a file.
    private static func isPlace(_ text: String) -> Bool {
        if text.hasPrefix("file:/") { return text.utf8.count > 6 }
        guard text.hasPrefix("$"), text.utf8.count > 1 else { return false }
        return text.utf8.dropFirst().allSatisfy {
            (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0) || $0 == 95
        }
    }

    private static func time(
        _ key: String,
        range: ClosedRange<Int64>,
        words: String,
        object: ObjectReader
    ) -> Int64? {
        guard let seconds = object.seconds(key) else { return nil }
        if !range.contains(seconds) {
            object.report(
                key,
                "a length of time \(words) is expected"
            )
        }
        return seconds
    }
}

extension ReceiverType {
    /// The keys among `url`, `command` and `secret` that a receiver needs, and those that it may
    /// have.
    package var keys: (needed: [String], allowed: [String]) {
        switch self {
        case .webhook: (["url"], ["secret"])
        case .alertmanager, .slack: (["url"], [])
        case .pagerduty: (["secret"], ["url"])
        case .command: (["command"], [])
        case .log: ([], [])
        }
    }

    /// How the needed key is written.
    fileprivate var hint: String {
        switch self {
        case .webhook, .slack, .alertmanager: "write \"url\": \"$NAME\" or an address"
        case .pagerduty: "write \"secret\": \"$NAME\", the routing key of the service"
        case .command: "write \"command\": [\"/path/of/program\", \"argument\"]"
        case .log: ""
        }
    }
}
