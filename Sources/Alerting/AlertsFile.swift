import AgentEvents
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
        let diagnostics = Diagnostics()
        return try diagnostics.checked(read(text, isZone: isZone, diagnostics))
    }

    private static func read(
        _ text: String,
        isZone: (String) -> Bool,
        _ diagnostics: Diagnostics
    ) -> AlertsFile? {
        let root: JSONNode
        do {
            root = try JSONReader.node(of: text)
        } catch {
            diagnostics.add("", line: error.line, message: "not valid JSON: \(error.message)")
            return nil
        }
        let object = ObjectReader(root, path: "", known: keys, diagnostics)
        guard let object else { return nil }
        checkVersion(object)
        let timezone = timezone(object, isZone: isZone)
        let receivers = ReceiverReader.receivers(object)
        let rules = rules(object, timezone: timezone, receivers: receivers.names)
        return AlertsFile(
            timezone: timezone,
            rules: rules,
            receivers: receivers.read,
            warnings: diagnostics.warnings
        )
    }

    private static func checkVersion(_ object: ObjectReader) {
        guard let version = object.number("version"), version != 1 else { return }
        object.diagnostics.add(
            "version",
            line: object.line(of: "version"),
            message: "this program reads version 1 of the format"
        )
    }

    private static func timezone(
        _ object: ObjectReader,
        isZone: (String) -> Bool
    ) -> String {
        guard let zone = object.string("timezone") else { return "UTC" }
        if zone != "UTC", !isZone(zone) {
            object.diagnostics.add(
                "timezone",
                line: object.line(of: "timezone"),
                message: "\(JSONText.quoted(zone)) is no known time zone",
                suggestion: "write an IANA name like \"Europe/Paris\""
            )
        }
        return zone
    }

    private static func rules(
        _ object: ObjectReader,
        timezone: String,
        receivers: [String]
    ) -> [AlertRule] {
        guard let node = object.node("rules") else {
            object.diagnostics.add(
                "rules",
                line: object.line,
                message: "the list of rules is missing"
            )
            return []
        }
        guard case .array(let items) = node.value else {
            object.diagnostics.add(
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
                object.diagnostics
            )
            if let name = reader?.name {
                if let first = firstPlaces[name] {
                    object.diagnostics.add(
                        "\(path).name",
                        line: item.line,
                        message: "\(JSONText.quoted(name)) is the name of \(first) too"
                    )
                } else {
                    firstPlaces[name] = path
                }
            }
            return reader?.rule()
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
