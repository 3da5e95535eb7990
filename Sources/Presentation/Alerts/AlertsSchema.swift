import Alerting
import EventStorage
import MetricsEngine

/// The JSON Schema of alerts files (draft 2020-12), for editors: `docs/alerts.schema.json`.
///
/// What it refuses the program refuses too; the program finds more.
package enum AlertsSchema {
    /// The document.
    package static func text() -> String { JSONWriter.document(document) }

    private static var document: JSONValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "agentwatch alerts",
            "type": "object",
            "additionalProperties": false,
            "required": words(["rules"]),
            "properties": [
                "version": ["const": 1],
                "timezone": text("An IANA time zone, in which days and months begin."),
                "receivers": [
                    "type": "object",
                    "additionalProperties": reference("receiver"),
                ],
                "rules": list(of: reference("rule")),
            ],
            "$defs": ["rule": rule, "receiver": receiver, "length": length],
        ]
    }

    private static var rule: JSONValue {
        [
            "type": "object",
            "additionalProperties": false,
            "required": words(["name"]),
            "properties": .object(thresholds + units + times + telling),
            "if": condition("name", oneOf: BuiltInRule.allCases.map(\.rawValue)),
            "then": ["propertyNames": choice(BuiltInRule.keys)],
            "else": [
                "required": words(["metric"]),
                "allOf": .array(types + [slowness]),
            ],
        ]
    }

    /// What a rule holds its metric against.
    private static var thresholds: [(key: String, value: JSONValue)] {
        [
            ("name", text("Unique.")),
            ("type", choice(["threshold", "anomaly", "burn_rate"])),
            ("metric", choice(MetricCatalog.all.map(\.name))),
            ("op", choice(Comparison.allCases.map(\.rawValue))),
            ("threshold", number("In the metric's unit; of an anomaly a z-score.")),
            ("recover", number("What a firing rule has to meet to recover.")),
            ("slow_ms", number("Above how many milliseconds a request is slow.")),
            ("baseline", reference("length")), ("min_change", number("In the metric's unit.")),
            ("objective", number("The share that should be good, between 0 and 1.")),
            ("period", reference("length")),
        ]
    }

    /// What it looks at.
    private static var units: [(key: String, value: JSONValue)] {
        let dimensions = Dimension.allCases.filter { !$0.isTime }.map(\.rawValue)
        let value: JSONValue = ["type": words(["string", "null"])]
        let values: JSONValue = [
            "anyOf": [value, list(of: value, atLeastOne: true)]
        ]
        return [
            (
                "where",
                [
                    "type": "object",
                    "additionalProperties": false,
                    "properties": .object(dimensions.map { ($0, values) }),
                ]
            ),
            ("group_by", list(of: choice(dimensions))),
            ("min_samples", ["type": "integer", "minimum": 1]),
        ]
    }

    private static var times: [(key: String, value: JSONValue)] {
        let window: JSONValue = [
            "anyOf": [choice(["day", "month"]), reference("length")]
        ]
        return [("window", window)]
            + ["for", "keep_firing_for", "max_gap", "eval_delay", "repeat_every"].map {
                ($0, reference("length"))
            }
    }

    /// What comes of it.
    private static var telling: [(key: String, value: JSONValue)] {
        let annotations = ["summary", "description", "runbook_url"].map {
            (key: $0, value: JSONValue.object([("type", "string")]))
        }
        return [
            ("on_no_data", choice(NoDataAction.allCases.map(\.rawValue))),
            ("severity", choice(Severity.allCases.map(\.rawValue))),
            (
                "annotations",
                [
                    "type": "object",
                    "additionalProperties": false,
                    "properties": .object(annotations),
                ]
            ),
            ("receivers", list(of: ["type": "string"])),
            ("enabled", ["type": "boolean"]),
        ]
    }

    /// The keys that each type needs and refuses; a rule without a type is a threshold.
    private static var types: [JSONValue] {
        let anomaly = ["baseline", "min_change"]
        let budget = ["objective", "period"]
        let fixed = ["op", "threshold", "recover", "window", "severity"]
        let isOther = condition("type", oneOf: ["anomaly", "burn_rate"])
        return [
            [
                "if": isOther,
                "else": keys(["op", "threshold"], without: anomaly + budget),
            ],
            [
                "if": condition("type", oneOf: ["anomaly"]),
                "then": keys([], without: budget),
            ],
            [
                "if": condition("type", oneOf: ["burn_rate"]),
                "then": keys(["objective"], without: anomaly + fixed),
            ],
        ]
    }

    private static var slowness: JSONValue {
        [
            "if": condition("metric", oneOf: ["slow_request_rate"]),
            "then": keys(["slow_ms"], without: []),
            "else": keys([], without: ["slow_ms"]),
        ]
    }

    private static var receiver: JSONValue {
        let strings = list(of: ["type": "string"], atLeastOne: true)
        let place = #"^(\$[A-Za-z0-9_]+|file:/.+)$"#
        let kinds = ReceiverType.allCases.map { type in
            let (needed, allowed) = type.keys
            let foreign = ["url", "command", "secret"].filter { !(needed + allowed).contains($0) }
            return JSONValue.object([
                ("if", condition("type", oneOf: [type.rawValue])),
                ("then", keys(needed, without: foreign)),
            ])
        }
        return [
            "type": "object",
            "additionalProperties": false,
            "required": words(["type"]),
            "properties": [
                "type": choice(ReceiverType.allCases.map(\.rawValue)),
                "url": pattern(#"^(https?://.+|\$[A-Za-z0-9_]+|file:/.+)$"#),
                "command": strings,
                "secret": pattern(place),
                "timeout": reference("length"),
                "repeat_every": reference("length"),
            ],
            "allOf": .array(kinds),
        ]
    }

    private static var length: JSONValue { pattern("^[0-9]+[smhd]$") }

    private static func reference(_ name: String) -> JSONValue {
        ["$ref": "#/$defs/\(name)"]
    }

    private static func words(_ words: [String]) -> JSONValue {
        .array(words.map(JSONValue.string))
    }

    private static func choice(_ all: [String]) -> JSONValue { ["enum": words(all)] }

    private static func text(_ description: String) -> JSONValue {
        ["type": "string", "description": .string(description)]
    }

    private static func number(_ description: String) -> JSONValue {
        ["type": "number", "description": .string(description)]
    }

    private static func pattern(_ pattern: String) -> JSONValue {
        ["type": "string", "pattern": .string(pattern)]
    }

    private static func list(of item: JSONValue, atLeastOne: Bool = false) -> JSONValue {
        .object(
            [("type", "array"), ("items", item)]
                + (atLeastOne ? [("minItems", 1)] : [])
        )
    }

    /// That a key is there with one of some values.
    private static func condition(_ key: String, oneOf values: [String]) -> JSONValue {
        [
            "properties": [key: choice(values)],
            "required": words([key]),
        ]
    }

    /// That some keys are there and others are not.
    private static func keys(_ needed: [String], without foreign: [String]) -> JSONValue {
        [
            "required": words(needed),
            "properties": .object(foreign.map { ($0, false) }),
        ]
    }
}
