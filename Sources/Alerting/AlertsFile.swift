package import EventStorage

/// What `alerts.json` says: rules that people write and review.
package struct AlertsFile: Sendable {
    package var timezone: String
    package var rules: [AlertRule]
    /// Whom to tell, in the order of the file.
    package var receivers: [ReceiverConfiguration]
    /// What is odd and was taken all the same.
    package var warnings: [AlertsFileProblem]

    static let keys = ["version", "timezone", "receivers", "rules"]

    /// The rules with those that are built in.
    package var judgedRules: [AlertRule] { BuiltInRule.added(to: rules) }

    /// Reads a file whole, or throws everything that is wrong with it.
    ///
    /// - Parameters:
    ///   - text: the file's content.
    ///   - isZone: whether a time zone of this name is known.
    /// - Returns: the rules in the order of the file.
    /// - Throws: every problem of the file, not just the first.
    package static func decode(
        _ text: String,
        isZone: (String) -> Bool = { _ in true }
    ) throws(AlertsFileError) -> AlertsFile {
        var list = ProblemList()
        let file = read(text, isZone: isZone, into: &list)
        guard let file, list.problems.isEmpty else {
            throw AlertsFileError(problems: list.problems, warnings: list.warnings)
        }
        return file
    }

    private static func read(
        _ text: String,
        isZone: (String) -> Bool,
        into list: inout ProblemList
    ) -> AlertsFile? {
        let root: JSONNode
        do {
            root = try JSONReader.node(of: text)
        } catch {
            list.add("", line: error.line, message: "not valid JSON: \(error.message)")
            return nil
        }
        let object = ObjectReader(root, path: "", known: keys, &list)
        guard let object else { return nil }
        checkVersion(object, &list)
        let timezone = timezone(object, isZone: isZone, into: &list)
        let receivers = ReceiverReader.receivers(object, &list)
        let rules = rules(object, timezone: timezone, receivers: receivers.names, into: &list)
        return AlertsFile(
            timezone: timezone,
            rules: rules,
            receivers: receivers.read,
            warnings: list.warnings
        )
    }

    private static func checkVersion(_ object: ObjectReader, _ list: inout ProblemList) {
        guard let version = object.number("version", &list), version != 1 else { return }
        list.add(
            "version",
            line: object.line(of: "version"),
            message: "this program reads version 1 of the format"
        )
    }

    private static func timezone(
        _ object: ObjectReader,
        isZone: (String) -> Bool,
        into list: inout ProblemList
    ) -> String {
        guard let zone = object.string("timezone", &list) else { return "UTC" }
        if zone != "UTC", !isZone(zone) {
            list.add(
                "timezone",
                line: object.line(of: "timezone"),
                message: "\(JSONNode.quoted(zone)) is no known time zone",
                suggestion: "write an IANA name like \"Europe/Paris\""
            )
        }
        return zone
    }

    private static func rules(
        _ object: ObjectReader,
        timezone: String,
        receivers: [String],
        into list: inout ProblemList
    ) -> [AlertRule] {
        guard let node = object.node("rules") else {
            list.add("rules", line: object.line, message: "the list of rules is missing")
            return []
        }
        guard case .array(let items) = node.value else {
            list.add(
                "rules",
                line: node.line,
                message: "\(node.kind) stands where a list of rules is expected"
            )
            return []
        }
        var firstPlaces: [String: String] = [:]
        return items.enumerated().compactMap { index, item in
            let path = "rules[\(index)]"
            let reader = RuleReader(
                item,
                path: path,
                timezone: timezone,
                receivers: receivers,
                &list
            )
            if let name = reader?.name {
                if let first = firstPlaces[name] {
                    list.add(
                        "\(path).name",
                        line: item.line,
                        message: "\(JSONNode.quoted(name)) is the name of \(first) too"
                    )
                } else {
                    firstPlaces[name] = path
                }
            }
            return reader?.rule(&list)
        }
    }
}

extension AlertRule {
    /// The rules of `alerts.json` as it was when the program was built; a new store holds them.
    package static let defaults: [AlertRule] = {
        let text = String(decoding: PackageResources.alerts_json, as: UTF8.self)
        do {
            return try AlertsFile.decode(text).rules
        } catch {
            preconditionFailure("the embedded alerts.json is tested to be valid: \(error)")
        }
    }()
}
