import Alerting
import EventStorage
import MetricsEngine
import Testing

struct AlertsFileTests {
    /// An anomaly rule with some keys replaced or added.
    private static func anomaly(_ changes: [String: String]) -> [String: String] {
        ["type": "\"anomaly\"", "op": "", "threshold": ""].merging(changes) { $1 }
    }

    /// A burn-rate rule, likewise.
    private static func budget(_ changes: [String: String]) -> [String: String] {
        ["type": "\"burn_rate\"", "objective": "0.99", "op": "", "threshold": ""]
            .merging(changes) { $1 }
    }

    private static func receivers(_ text: String) -> String {
        "{\"receivers\": \(text), \"rules\": []}"
    }

    /// (keys of the rule, path of the problem, its message, its suggestion).
    static let wrongRules: [(changes: [String: String], path: String, text: String)] = [
        (["treshold": "1"], "treshold", "unknown key; did you mean threshold?"),
        (["xyzzy": "1"], "xyzzy", "unknown key; known keys are name, type"),
        (["name": ""], "name", "a rule needs a name"),
        (["name": "\"\""], "name", "1 to 200 bytes"),
        (["name": "\"a\\nb\""], "name", "no control characters"),
        (["name": "7"], "name", "a number stands where a string is expected"),
        (["metric": ""], "metric", "a rule needs a metric"),
        (["metric": "\"eror_rate\""], "metric", "did you mean error_rate?"),
        (["op": ""], "op", "a threshold rule needs op"),
        (["op": "\"=>\""], "op", "is none of >, >=, <, <="),
        (["threshold": ""], "threshold", "a threshold rule needs threshold"),
        (["threshold": "\"0.05\""], "threshold", "write 0.05 without quotes"),
        (["threshold": "1e999"], "threshold", "a number is expected"),
        (["threshold": "5"], "threshold", "lies between 0 and 1; 5 % is 0.05"),
        (["threshold": "-0.1"], "threshold", "lies between 0 and 1"),
        (["threshold": "1"], "threshold", "can never fire"),
        (["op": "\"<\"", "threshold": "0"], "threshold", "can never fire"),
        (["metric": "\"requests\"", "threshold": "-1"], "threshold", "never below 0"),
        (["recover": "0.06"], "recover", "recovers at or below that, not at 0.06"),
        (["recover": "1.5"], "recover", "lies between 0 and 1"),
        (["op": "\"<\"", "recover": "0.04"], "recover", "recovers at or above that"),
        (["type": "\"treshold\""], "type", "did you mean threshold?"),
        (["type": "\"built_in\""], "type", "is none of threshold, anomaly, burn_rate"),
        (["baseline": "\"14d\""], "baseline", "belongs to rules with \"type\": \"anomaly\""),
        (["min_change": "1"], "min_change", "belongs to rules with \"type\": \"anomaly\""),
        (["objective": "0.9"], "objective", "belongs to rules with \"type\": \"burn_rate\""),
        (["period": "\"30d\""], "period", "belongs to rules with \"type\": \"burn_rate\""),
        (["receivers": "\"ops\""], "receivers", "a string stands where a list is expected"),
        (["receivers": "[7]"], "receivers[0]", "a number stands where a string"),
        (["receivers": "[\"ops\"]"], "receivers[0]", "\"ops\" is no receiver of this file"),
        (["repeat_every": "\"4 h\""], "repeat_every", "a length of time in quotes"),
        (["repeat_every": "\"30s\""], "repeat_every", "at least a minute"),
        (["for": "\"5m\"", "max_gap": "\"0s\""], "max_gap", "can never fire"),
        (anomaly(["op": "\"<\""]), "op", "an anomaly fires above its threshold; leave op out"),
        (anomaly(["threshold": "0"]), "threshold", "a z-score above 0"),
        (anomaly(["threshold": "3", "recover": "4"]), "recover", "recovers at or below that"),
        (anomaly(["recover": "-1"]), "recover", "a z-score above 0"),
        (anomaly(["baseline": "14"]), "baseline", "a length of time in quotes"),
        (anomaly(["baseline": "\"2d\"", "window": "\"1h\""]), "baseline", "can never fire"),
        (anomaly(["window": "\"day\""]), "window", "compares windows of one length"),
        (anomaly(["min_change": "-1"]), "min_change", "a change of at least 0"),
        (anomaly(["objective": "0.9"]), "objective", "a rule of type anomaly has no objective"),
        (budget(["objective": ""]), "objective", "a burn_rate rule needs objective"),
        (budget(["objective": "99.5"]), "objective", "between 0 and 1; 99.5 % is 0.995"),
        (budget(["objective": "0"]), "objective", "lies between 0 and 1"),
        (budget(["objective": "0.1", "period": "\"90d\""]), "objective", "can never fire"),
        (budget(["period": "\"1d\""]), "period", "a period of at least 3d"),
        (budget(["metric": "\"requests\""]), "metric", "needs a share"),
        (budget(["threshold": "1"]), "threshold", "a rule of type burn_rate has no threshold"),
        (budget(["op": "\">\""]), "op", "the objective takes its place"),
        (budget(["window": "\"1h\""]), "window", "it has pairs of windows of its own"),
        (budget(["severity": "\"info\""]), "severity", "the pair of windows that burns too fast"),
        (budget(["recover": "1"]), "recover", "a rule of type burn_rate has no recover"),
        (
            ["name": "\"rule_failing\"", "metric": "", "op": "", "threshold": "1"], "threshold",
            "rule_failing is built in and has no threshold; it takes enabled, severity"
        ),
        (["window": "\"90s\""], "window", "a length of whole minutes"),
        (["window": "\"0s\""], "window", "a length of whole minutes"),
        (["window": "\"week\""], "window", "or \"day\" or \"month\""),
        (["window": "15"], "window", "a length of whole minutes"),
        (["for": "\"5 m\""], "for", "a length of time in quotes"),
        (["for": "300"], "for", "a length of time in quotes"),
        (["keep_firing_for": "\"-5m\""], "keep_firing_for", "a length of time"),
        (["max_gap": "\"9999d\""], "max_gap", "a length of time"),
        (["eval_delay": "\"m\""], "eval_delay", "a length of time"),
        (["min_samples": "2.5"], "min_samples", "a whole number from 1"),
        (["min_samples": "0"], "min_samples", "a whole number from 1"),
        (["metric": "\"requests\"", "min_samples": "5"], "min_samples", "is a total"),
        (
            ["on_no_data": "\"alrt\""], "on_no_data",
            "is none of ok, alert, keep; did you mean alert?"
        ),
        (["severity": "\"critcal\""], "severity", "did you mean critical?"),
        (["enabled": "\"yes\""], "enabled", "where true or false is expected"),
        (["slow_ms": "5"], "slow_ms", "only slow_request_rate takes slow_ms"),
        (["metric": "\"slow_request_rate\""], "slow_ms", "needs slow_ms"),
        (["metric": "\"slow_request_rate\"", "slow_ms": "0"], "slow_ms", "above 0"),
        (["where": "\"agent=x\""], "where", "write {\"agent\": \"name\"}"),
        (["where": "{\"agnet\": \"x\"}"], "where.agnet", "did you mean agent?"),
        (["where": "{\"model\": \"x\"}"], "where.model", "requests have no model"),
        (["where": "{\"day\": \"x\"}"], "where.day", "which the window chooses"),
        (["where": "{\"agent\": []}"], "where.agent", "matches nothing"),
        (["where": "{\"agent\": [7]}"], "where.agent[0]", "a number stands where a string"),
        (["where": "{\"agent\": true}"], "where.agent", "a string or a list is expected"),
        (["where": "{\"agent\": \"x\", \"agent\": \"y\"}"], "where.agent", "there twice"),
        (["where": "{\"outcome\": \"failled\"}"], "where.outcome", "did you mean failed?"),
        (["group_by": "\"agent\""], "group_by", "write [\"agent\"]"),
        (["group_by": "[\"agents\"]"], "group_by[0]", "did you mean agent?"),
        (["group_by": "[\"agent\", \"agent\"]"], "group_by[1]", "there twice"),
        (["group_by": "[\"tool\"]"], "group_by[0]", "requests have no tool"),
        (["group_by": "[\"hour\"]"], "group_by[0]", "which the window chooses"),
        (["group_by": "[1]"], "group_by[0]", "a number stands where a string"),
        (["annotations": "\"x\""], "annotations", "where an object is expected"),
        (["annotations": "{\"sumary\": \"x\"}"], "annotations.sumary", "did you mean summary?"),
        (["annotations": "{\"summary\": 1}"], "annotations.summary", "where a string is expected"),
    ]

    @Test("A wrong rule is refused with the place and what was meant", arguments: wrongRules)
    func wrongRule(changes: [String: String], path: String, text: String) throws {
        let error = #expect(throws: AlertsFileError.self) {
            try AlertsFile.decode(RuleText.file(changes))
        }
        let problems = try #require(error?.problems)
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.path == "rules[0].\(path)")
        #expect(problems.first?.description.contains(text) == true, "\(problems)")
    }

    static let wrongFiles: [(file: String, text: String)] = [
        ("", "line 1: not valid JSON: the text ends"),
        ("[]", "a list stands where an object is expected"),
        ("{}", "rules (line 1): the list of rules is missing"),
        ("{\"rules\": {}}", "rules (line 1): an object stands where a list"),
        ("{\"rules\": [], \"rules\": []}", "rules (line 1): the key is there twice"),
        ("{\"rules\": [7]}", "rules[0] (line 1): a number stands where an object"),
        ("{\"rules\": [], \"rulse\": []}", "rulse (line 1): unknown key; did you mean rules?"),
        ("{\"version\": 2, \"rules\": []}", "reads version 1"),
        ("{\"version\": \"1\", \"rules\": []}", "write 1 without quotes"),
        (receivers("[]"), "receivers (line 1): a list stands where an object is expected"),
        (receivers("{\"a\": 7}"), "receivers.a (line 1): a number stands where an object"),
        (receivers("{\"a\": {}}"), "receivers.a.type (line 1): a receiver needs a type"),
        (receivers("{\"a\": {\"type\": \"slak\"}}"), "did you mean slack?"),
        (receivers("{\"a\": {\"type\": \"log\", \"ulr\": \"x\"}}"), "did you mean url?"),
        (receivers("{\"a\": {\"type\": \"slack\"}}"), "type slack needs url; write \"url\""),
        (receivers("{\"a\": {\"type\": \"pagerduty\"}}"), "pagerduty needs secret"),
        (receivers("{\"a\": {\"type\": \"command\"}}"), "needs command; write \"command\": ["),
        (receivers("{\"a\": {\"type\": \"command\", \"command\": []}}"), "is no program"),
        (
            receivers("{\"a\": {\"type\": \"command\", \"command\": \"rm x\"}}"),
            "receivers.a.command (line 1): a string stands where a list is expected"
        ),
        (
            receivers("{\"a\": {\"type\": \"log\", \"url\": \"$X\"}}"),
            "receivers.a.url (line 1): a receiver of type log has no url"
        ),
        (
            receivers("{\"a\": {\"type\": \"slack\", \"url\": \"hooks.slack.com\"}}"),
            "an address that begins with http:// or https://"
        ),
        (
            receivers("{\"a\": {\"type\": \"pagerduty\", \"secret\": \"s3cr3t\"}}"),
            "a secret is not written into this file; name the place"
        ),
        (
            receivers("{\"a\": {\"type\": \"log\", \"timeout\": \"0s\"}}"),
            "receivers.a.timeout (line 1): a length of time from 1s to 5m is expected"
        ),
        (
            receivers("{\"a\": {\"type\": \"log\", \"repeat_every\": \"5s\"}}"),
            "a length of time of at least 1m is expected"
        ),
        (
            receivers("{\"a\": {\"type\": \"log\"}, \"a\": {\"type\": \"log\"}}"),
            "receivers.a (line 1): the key is there twice"
        ),
        (
            "{\"receivers\": {\"ops\": {\"type\": \"log\"}}, \"rules\": ["
                + RuleText.rule(["receivers": "[\"opps\"]"]) + "]}",
            "\"opps\" is no receiver of this file; did you mean ops?"
        ),
        ("{\"timezone\": \"Mars\", \"rules\": []}", "is no known time zone"),
        ("{\"rules\": [\n  {\"name\": \"a\",}\n]}", "line 2: not valid JSON: a key"),
        ("{\"rules\": [],\n\"version\": 01}", "line 2: not valid JSON: \"01\" is no JSON value"),
        ("{\"rules\": [.5]}", "\".5\" is no JSON value"),
        ("{\"rules\": [NaN]}", "\"NaN\" is no JSON value"),
        ("{\"rules\": []} x", "text after the end"),
        ("{\"rules\": \"a", "a string is not closed"),
        ("{\"rules\": \"\\q\"}", "JSON does not know"),
        ("{\"rules\": \"\\u12\"}", "four hexadecimal digits"),
        (String(repeating: "[", count: 100), "more than 64 levels"),
        (
            "{\"rules\": [\(RuleText.rule()), \(RuleText.rule())]}",
            "rules[1].name (line 1): \"a\" is the name of rules[0] too"
        ),
    ]

    @Test("A wrong file is refused with the line", arguments: wrongFiles)
    func wrongFile(file: String, text: String) throws {
        let error = #expect(throws: AlertsFileError.self) {
            try AlertsFile.decode(file) { $0 == "Europe/Paris" }
        }
        let found = try #require(error?.description)
        #expect(found.contains(text), "\(found)")
        #expect(error?.problems.count == 1)
    }

    @Test("Every problem of a file is reported, with its line")
    func allProblems() throws {
        let file = """
            {"version": 1, "rulez": [], "rules": [
              {"name": "a", "metric": "eror_rate", "op": "!", "threshold": "x"},
              {"name": "a", "metric": "error_rate", "op": ">",
               "treshold": 2, "window": "1s"}
            ]}
            """
        let error = #expect(throws: AlertsFileError.self) { try AlertsFile.decode(file) }
        let places = try #require(error).problems.map { "\($0.path):\($0.line ?? 0)" }
        #expect(
            Set(places) == [
                "rulez:1", "rules[0].metric:2", "rules[0].op:2", "rules[0].threshold:2",
                "rules[1].name:3", "rules[1].treshold:4", "rules[1].threshold:3",
                "rules[1].window:4",
            ]
        )
    }

    @Test("A placeholder that is not filled in is a warning and no error")
    func placeholders() throws {
        let file = RuleText.file([
            "group_by": "[\"agent\"]",
            "annotations":
                "{\"summary\": \"{value} {threshold} {labels.agent} {valu} {labels.tool} {} {a b\"}",
        ])
        let warnings = try AlertsFile.decode(file).warnings
        #expect(
            warnings.map(\.message) == [
                "{valu} will stay as it is", "{labels.tool} will stay as it is",
            ]
        )
        #expect(warnings[0].path == "rules[0].annotations.summary")
    }

    @Test("Receivers are read with their defaults, in the order of the file")
    func receivers() throws {
        let file = try AlertsFile.decode(
            """
            {"receivers": {
                "hook": {"type": "webhook", "url": "$OPS_URL", "secret": "file:/run/key",
                         "timeout": "5s", "repeat_every": "1h"},
                "call": {"type": "command", "command": ["/bin/call", "-v"]}
             },
             "rules": [\(RuleText.rule(["receivers": "[\"call\"]", "repeat_every": "\"2h\""]))]}
            """
        )
        #expect(
            file.receivers == [
                ReceiverConfiguration(
                    name: "hook",
                    type: .webhook,
                    url: "$OPS_URL",
                    secret: "file:/run/key",
                    timeoutSeconds: 5,
                    repeatEverySeconds: 3_600
                ),
                ReceiverConfiguration(name: "call", type: .command, command: ["/bin/call", "-v"]),
            ]
        )
        #expect(file.rules[0].receivers == ["call"])
        #expect(file.rules[0].repeatEverySeconds == 7_200)
        let plain = try RuleText.decoded([:])
        #expect(plain.receivers == nil && plain.repeatEverySeconds == 14_400)
    }

    @Test("What can fire only at times, or in part, is a warning")
    func warnings() throws {
        func warnings(_ changes: [String: String]) throws -> [String] {
            try AlertsFile.decode(RuleText.file(changes)).warnings.map(\.description)
        }
        let rare = try warnings(Self.anomaly(["window": "\"6h\"", "baseline": "\"30d\""]))
        #expect(rare.count == 1 && rare[0].contains("at some times of day"), "\(rare)")
        let slow = try warnings(Self.budget(["objective": "0.9"]))
        #expect(slow.count == 1 && slow[0].contains("the pair of 1h cannot fire"), "\(slow)")
        #expect(try warnings(Self.budget([:])).isEmpty)
        #expect(try warnings(Self.anomaly([:])).isEmpty)
    }

    @Test("null is the same as absent, but as a value of where it is having none")
    func null() throws {
        let rule = try RuleText.decoded([
            "window": "null", "where": "{\"agent\": null, \"user\": [\"x\", null]}",
        ])
        #expect(rule.window == .minutes(15))
        #expect(rule.filters.map(\.values) == [[nil], ["x", nil]])
    }
}
