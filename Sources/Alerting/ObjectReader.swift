import AgentEvents
import MetricsEngine

/// Takes the members of a JSON object one by one with their types, and notes every problem.
///
/// `null` is the same as absent, as in the log format.
struct ObjectReader {
    let path: String
    let line: Int
    let diagnostics: Diagnostics
    private var members: [String: JSONNode] = [:]

    /// Notes unknown and repeated keys.
    init?(
        _ node: JSONNode,
        path: String,
        known: [String],
        _ diagnostics: Diagnostics
    ) {
        self.path = path
        line = node.line
        self.diagnostics = diagnostics
        guard case .object(let all) = node.value else {
            diagnostics.add(
                path,
                line: node.line,
                message: "\(node.kind) stands where an object is expected"
            )
            return nil
        }
        for member in all {
            let place = Self.join(path, member.key)
            if !known.contains(member.key) {
                let nearest = NearestName.of(member.key, in: known)
                diagnostics.add(
                    place,
                    line: member.line,
                    message: "unknown key",
                    suggestion: nearest.map { "did you mean \($0)?" }
                        ?? "known keys are \(known.joined(separator: ", "))"
                )
            } else if members.updateValue(member.node, forKey: member.key) != nil {
                diagnostics.add(place, line: member.line, message: "the key is there twice")
            }
        }
    }

    /// Notes that the value of a key keeps the file from being taken.
    func report(_ key: String, _ message: String, suggestion: String? = nil) {
        diagnostics.add(place(key), line: line(of: key), message: message, suggestion: suggestion)
    }

    /// Notes that the value of a key is odd.
    func warn(_ key: String, _ message: String, suggestion: String? = nil) {
        diagnostics.warn(place(key), line: line(of: key), message: message, suggestion: suggestion)
    }

    /// The path of a key.
    func place(_ key: String) -> String { Self.join(path, key) }

    private static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    /// The node of a key that is there and not null.
    func node(_ key: String) -> JSONNode? {
        guard let node = members[key] else { return nil }
        if case .null = node.value { return nil }
        return node
    }

    /// The line of a key's value, else of the object.
    func line(of key: String) -> Int { members[key]?.line ?? line }

    /// A string; `nil` with a problem where it is none.
    func string(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        if case .string(let text) = node.value { return text }
        report(
            key,
            "\(node.kind) stands where a string is expected"
        )
        return nil
    }

    /// A list of strings; `nil` with a problem where it is none.
    func strings(_ key: String) -> [String]? {
        guard let node = node(key) else { return nil }
        guard case .array(let items) = node.value else {
            report(
                key,
                "\(node.kind) stands where a list is expected"
            )
            return nil
        }
        var strings: [String] = []
        for (index, item) in items.enumerated() {
            let place = "\(place(key))[\(index)]"
            if case .string(let text) = item.value {
                strings.append(text)
            } else {
                diagnostics.add(
                    place,
                    line: item.line,
                    message: "\(item.kind) stands where a string is expected"
                )
            }
        }
        return strings
    }

    /// A finite number; `nil` with a problem where it is none.
    func number(_ key: String) -> Double? {
        guard let node = node(key) else { return nil }
        if case .number(let number) = node.value, number.isFinite { return number }
        var suggestion: String?
        if case .string(let text) = node.value, Double(text) != nil {
            suggestion = "write \(text) without quotes"
        }
        report(
            key,
            "\(node.kind) stands where a number is expected",
            suggestion: suggestion
        )
        return nil
    }

    /// A whole number in a range; `nil` with a problem where it is none.
    func integer(_ key: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let number = number(key) else { return nil }
        if let whole = Int64(exactly: number), range.contains(whole) { return whole }
        report(
            key,
            "a whole number from \(range.lowerBound) to \(range.upperBound) is expected"
        )
        return nil
    }

    /// A truth value; `nil` with a problem where it is none.
    func bool(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        if case .bool(let value) = node.value { return value }
        report(
            key,
            "\(node.kind) stands where true or false is expected"
        )
        return nil
    }

    /// One of the words of an enumeration; `nil` with a problem where it is none.
    func word<Word: RawRepresentable & CaseIterable>(
        _ key: String
    ) -> Word? where Word.RawValue == String {
        guard let text = string(key) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        let nearest = NearestName.of(text, in: words)
        report(
            key,
            "\(JSONText.quoted(text)) is none of \(words.joined(separator: ", "))",
            suggestion: nearest.map { "did you mean \($0)?" }
        )
        return nil
    }

    /// Seconds of a length of time; `nil` with a problem where it is none.
    func seconds(_ key: String) -> Int64? {
        guard let node = node(key) else { return nil }
        guard case .string(let text) = node.value, let seconds = TimeLength.seconds(text) else {
            report(
                key,
                "a length of time in quotes is expected, like \"90s\", \"15m\", \"24h\" or \"7d\""
            )
            return nil
        }
        return seconds
    }
}
