import EventStorage
import Foundation
import Testing

@testable import Alerting

/// docs/alerts.schema.json, judged by PyPI's `jsonschema`, says of files what the program says.
struct AlertsSchemaTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// A Python with jsonschema, made by `scripts/install-deps.sh test`.
    private static let python = root.appendingPathComponent(".build/venv/bin/python3")
    /// Whether it can be asked.
    static let isInstalled: Bool = {
        let process = Process()
        process.executableURL = python
        process.arguments = ["-c", "import jsonschema"]
        process.standardError = FileHandle.nullDevice
        // Where there is no Python, the tests say that they were skipped.
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    private static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The place of the first problem of each document.
    private static func verdicts(_ documents: [String]) throws -> [String?] {
        let process = Process()
        process.executableURL = python
        process.arguments = [
            root.appendingPathComponent("Tests/Oracle/check_schema.py").path,
            root.appendingPathComponent("docs/alerts.schema.json").path,
        ]
        let input = FileManager.default.temporaryDirectory
            .appendingPathComponent("alerts-\(UUID().uuidString).json")
        let text = "[" + documents.joined(separator: ",") + "]"
        try text.write(to: input, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: input) }  // the system cleans up what stays
        process.standardInput = try FileHandle(forReadingFrom: input)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode([String?].self, from: data)
    }

    @Test(
        "The shipped rules and every example of the page are valid",
        .enabled(if: isInstalled, "needs jsonschema in .build/venv: scripts/install-deps.sh test")
    )
    func valid() throws {
        let page = try Self.text(of: "docs/ALERTS.md")
        let examples = page.components(separatedBy: "```json\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
        let documents = [try Self.text(of: "alerts.json")] + examples
        let verdicts = try Self.verdicts(documents)
        try #require(verdicts.count == documents.count)
        for (document, verdict) in zip(documents, verdicts) {
            #expect(verdict == nil, "\(document)")
        }
    }

    /// Files that both refuse, with the place that the schema names.
    static let bad: [(file: String, place: String)] = [
        ("{}", "$"), ("[]", "$"), (#"{"rules": [], "rulez": []}"#, "$"),
        (#"{"version": 2, "rules": []}"#, "$.version"), (#"{"rules": [7]}"#, "$.rules[0]"),
        (RuleText.file(["treshold": "1"]), "$.rules[0]"),
        (RuleText.file(["metric": "\"eror_rate\""]), "$.rules[0].metric"),
        (RuleText.file(["metric": ""]), "$.rules[0]"),
        (RuleText.file(["op": ""]), "$.rules[0]"),
        (RuleText.file(["op": "\"=>\""]), "$.rules[0].op"),
        (RuleText.file(["threshold": "\"1\""]), "$.rules[0].threshold"),
        (RuleText.file(["window": "\"week\""]), "$.rules[0].window"),
        (RuleText.file(["for": "5"]), "$.rules[0].for"),
        (RuleText.file(["type": "\"burn\""]), "$.rules[0].type"),
        (RuleText.file(["baseline": "\"14d\""]), "$.rules[0]"),
        (RuleText.file(["type": "\"anomaly\"", "objective": "0.9"]), "$.rules[0]"),
        (
            RuleText.file(["type": "\"burn_rate\"", "op": "", "threshold": ""]),
            "$.rules[0]"
        ),
        (RuleText.file(["type": "\"burn_rate\"", "objective": "0.9"]), "$.rules[0]"),
        (RuleText.file(["name": "\"data_stale\""]), "$.rules[0]"),
        (RuleText.file(["slow_ms": "5"]), "$.rules[0]"),
        (RuleText.file(["metric": "\"slow_request_rate\""]), "$.rules[0]"),
        (RuleText.file(["where": #"{"agnet": "x"}"#]), "$.rules[0].where"),
        (RuleText.file(["group_by": "[\"hour\"]"]), "$.rules[0].group_by[0]"),
        (RuleText.file(["min_samples": "0"]), "$.rules[0].min_samples"),
        (RuleText.file(["annotations": #"{"sumary": "x"}"#]), "$.rules[0].annotations"),
        (#"{"receivers": {"a": {}}, "rules": []}"#, "$.receivers.a"),
        (#"{"receivers": {"a": {"type": "slak"}}, "rules": []}"#, "$.receivers.a.type"),
        (#"{"receivers": {"a": {"type": "slack"}}, "rules": []}"#, "$.receivers.a"),
        (
            #"{"receivers": {"a": {"type": "log", "url": "$X"}}, "rules": []}"#,
            "$.receivers.a"
        ),
        (
            #"{"receivers": {"a": {"type": "pagerduty", "secret": "x"}}, "rules": []}"#,
            "$.receivers.a.secret"
        ),
        (
            #"{"receivers": {"a": {"type": "command", "command": []}}, "rules": []}"#,
            "$.receivers.a.command"
        ),
    ]

    @Test(
        "Files that the schema refuses the program refuses too",
        .enabled(if: isInstalled, "needs jsonschema in .build/venv: scripts/install-deps.sh test")
    )
    func invalid() throws {
        let verdicts = try Self.verdicts(Self.bad.map(\.file))
        try #require(verdicts.count == Self.bad.count)
        for (bad, verdict) in zip(Self.bad, verdicts) {
            #expect(verdict == bad.place, "\(bad.file)")
            #expect(throws: AlertsFileError.self, "\(bad.file)") {
                try AlertsFile.decode(bad.file)
            }
        }
    }

    @Test("The schema knows exactly the keys that the program reads")
    func keys() throws {
        let text = try Self.text(of: "docs/alerts.schema.json")
        let schema = try #require(
            JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        )
        func properties(_ object: Any?) -> Set<String> {
            let object = object as? [String: Any]
            return Set((object?["properties"] as? [String: Any])?.keys.map { $0 } ?? [])
        }
        let definitions = try #require(schema["$defs"] as? [String: Any])
        #expect(properties(schema) == Set(AlertsFile.keys))
        #expect(properties(definitions["rule"]) == Set(RuleReader.keys))
        #expect(properties(definitions["receiver"]) == Set(ReceiverReader.keys))
    }
}
