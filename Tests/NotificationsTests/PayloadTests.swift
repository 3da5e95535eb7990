import AgentEvents
import EventStorage
import Foundation
import Notifications
import Testing

/// What is sent, held against the receivers' own documentation by Tests/Receivers/payload_schema.py.
struct PayloadTests {
    private static let routingKey = "0123456789abcdef0123456789ABCDEF"

    private static func settings(_ kind: ReceiverKind) -> ReceiverSettings {
        Samples.settings(
            kind,
            url: "https://example.com/x",
            secret: kind == .pagerduty ? routingKey : nil
        )
    }

    /// Names that are long, odd, or made to be read as something else.
    private static let odd = [
        Samples.alert(
            String(repeating: "long_rule_", count: 40),
            key: String(repeating: "k", count: 300),
            severity: "warning",
            labels: ["agent": "<!channel> & <http://evil.example|click>", "empty": ""],
            annotations: ["summary": String(repeating: "<&>\u{1f600}", count: 2_000)]
        ),
        Samples.alert("bell\u{7}\u{202e}", key: "2", .resolved, severity: "info", annotations: [:]),
    ]
    private static let messages: [(name: String, alerts: [NotifiedAlert])] = [
        ("firing", [Samples.alert()]), ("resolved", [Samples.alert("slow_tools", .resolved)]),
        ("both", [Samples.alert(), Samples.alert("other", key: "b", .resolved)]), ("odd", odd),
        ("many", (0..<200).map { Samples.alert("rule_\($0)", key: "key \($0)") }),
        ("many odd ones", Array(repeating: odd, count: 30).flatMap { $0 }),
    ]

    private static func bodies(_ kind: ReceiverKind, _ alerts: [NotifiedAlert]) throws -> [[UInt8]]
    {
        let delivery = Samples.delivery("1", alerts)
        let outgoing = try settings(kind).receiver().outgoing(for: delivery, at: Samples.start)
        guard case .requests(let requests) = outgoing else { return [] }
        return requests.map(\.body)
    }

    /// What the checker says of a body; nothing where it is fine.
    private static func complaint(_ kind: String, _ body: [UInt8]) async throws -> String {
        let words = ["python3", TestServer.programs + "/payload_schema.py", kind]
        return String(decoding: try await Shell.output(words, input: body), as: UTF8.self)
    }

    @Test(
        "Payloads are as their receivers document them",
        arguments: [ReceiverKind.webhook, .slack, .pagerduty]
    )
    func documented(kind: ReceiverKind) async throws {
        for (name, alerts) in Self.messages {
            let bodies = try Self.bodies(kind, alerts)
            #expect(bodies.count == (kind == .pagerduty ? alerts.count : 1))
            for body in bodies.prefix(2) {
                let complaint = try await Self.complaint(kind.rawValue, body)
                #expect(complaint.isEmpty, "\(name): \(complaint)")
            }
        }
    }

    @Test("PagerDuty is told to resolve what it was told of, under the same key")
    func dedupKeys() throws {
        for key in ["short", String(repeating: "long", count: 100)] {
            let keys = try [NotifiedAlert.State.firing, .resolved].map { state in
                let body = try Self.bodies(.pagerduty, [Samples.alert(key: key, state)])[0]
                let event = try #require(
                    try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
                )
                let action = event["event_action"] as? String
                #expect(action == (state == .firing ? "trigger" : "resolve"))
                return event["dedup_key"] as? String
            }
            #expect(keys[0] == keys[1])
            #expect(keys[0] == "short" || key != "short")
        }
    }

    @Test("A webhook that has a secret is signed, with the time")
    func signature() async throws {
        let settings = Samples.settings(.webhook, url: "http://127.0.0.1/", secret: "k3y")
        let now = Samples.start + 1_500_000
        let outgoing = try settings.receiver().outgoing(for: Samples.delivery(), at: now)
        guard case .requests(let requests) = outgoing else { return }
        let header = try #require(requests[0].headers["X-Agentwatch-Signature"])
        let expected = try await Self.signedByPython("1795485601", requests[0].body, key: "k3y")
        #expect(header == "t=1795485601,v1=\(expected)")
        let unsigned = try Samples.settings(.webhook, url: "http://127.0.0.1/").receiver()
            .outgoing(for: Samples.delivery(), at: now)
        guard case .requests(let plain) = unsigned else { return }
        #expect(plain[0].headers["X-Agentwatch-Signature"] == nil)
    }

    /// The signature as `docs/RECEIVERS.md` tells receivers to compute it.
    private static func signedByPython(
        _ time: String,
        _ body: [UInt8],
        key: String
    ) async throws -> String {
        let code = """
            import hashlib, hmac, sys
            signed = sys.argv[1].encode() + b"." + sys.stdin.buffer.read()
            print(hmac.new(sys.argv[2].encode(), signed, hashlib.sha256).hexdigest())
            """
        let output = try await Shell.output(["python3", "-c", code, time, key], input: body)
        return String(decoding: output, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test("The log has a line an alert, whatever names hold")
    func lines() throws {
        let settings = Samples.settings(.log)
        let delivery = Samples.delivery("1", [Samples.alert()] + Self.odd)
        let outgoing = try settings.receiver().outgoing(for: delivery, at: Samples.start)
        guard case .lines(let lines) = outgoing else { return }
        #expect(lines.map(\.severity) == ["critical", "warning", "info"])
        #expect(
            lines[0].text.hasPrefix(
                #"alert firing rule=slow_tools severity=critical agent=coder model="large \"4\"" "#
            )
        )
        for line in lines {
            #expect(!line.text.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202e })
        }
    }

    @Test("A receiver that lacks what its kind needs says so")
    func missing() {
        for kind in ReceiverKind.allCases where kind != .log {
            let bare = ReceiverSettings(name: "ops", kind: kind)
            let error = #expect(throws: ReceiverProblem.self) { try bare.receiver() }
            #expect(error?.description.contains("ops") == true)
        }
    }
}
