import AgentEvents
import EventStorage
import Foundation
import Notifications
import Resilience
import Testing

/// Against Debian's own Alertmanager, which `make test` installs.
struct AlertmanagerTests {
    private static let program = "/usr/bin/prometheus-alertmanager"
    private static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    /// An Alertmanager that tells a server of the tests by webhook.
    private final class Alertmanager: Sendable {
        let url: String
        private let process = Process()

        init(server: TestServer) throws {
            let config = """
                route: {receiver: ops, group_by: ['...'], group_wait: 0s, group_interval: 1s}
                receivers:
                - name: ops
                  webhook_configs: [{url: '\(server.url("/ok"))', send_resolved: true}]
                """
            let folder = server.folder.path
            try config.write(toFile: folder + "/am.yml", atomically: true, encoding: .utf8)
            let port = try Self.freePort()
            url = "http://127.0.0.1:\(port)"
            process.executableURL = URL(fileURLWithPath: AlertmanagerTests.program)
            process.arguments = [
                "--config.file=\(folder)/am.yml", "--storage.path=\(folder)/am",
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
                "--log.level=error",
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        deinit { kill(process.processIdentifier, SIGKILL) }

        private static func freePort() throws -> UInt16 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            return withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socket in
                    _ = bind(descriptor, socket, length)
                    getsockname(descriptor, socket, &length)
                }
                return UInt16(bigEndian: pointer.pointee.sin_port)
            }
        }

        /// The alerts that `amtool alert query` shows.
        func query() async throws -> [[String: Any]] {
            let words = ["amtool", "alert", "query", "--alertmanager.url=\(url)", "-o", "json"]
            let data = try await Shell.output(words)
            // No JSON at all while it is still starting.
            return (try? JSONSerialization.jsonObject(with: data)) as? [[String: Any]] ?? []
        }
    }

    private static func now() -> Timestamp {
        Timestamp(micros: Int64(Date().timeIntervalSince1970) * Micros.second)
    }

    /// Sends an alert, until it has arrived.
    private func deliver(_ alert: NotifiedAlert, _ settings: ReceiverSettings) async throws {
        let outgoing = try settings.receiver().outgoing(
            for: Samples.delivery("1", [alert]),
            at: Self.now()
        )
        guard case .requests(let requests) = outgoing else { return }
        let sender = HTTPSender(now: Self.now)
        try await eventually { await sender.send(requests[0], timeout: Micros.second) == .accepted }
    }

    private func eventually(_ isSo: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("not so within 60 s")
    }

    /// Each value's type in the place of the value; of lists, the first value's.
    private func shape(_ value: Any) -> String {
        switch value {
        case let object as [String: Any]:
            let fields = object.sorted { $0.key < $1.key }
                // What an alert is labelled with is compared by itself.
                .map { "\($0.key): \($0.key.hasSuffix("abels") ? "texts" : shape($0.value))" }
            return "{\(fields.joined(separator: ", "))}"
        case let list as [Any]: return "[\(list.first.map(shape) ?? "")]"
        case is String: return "text"
        case is NSNumber: return "number"
        default: return "null"
        }
    }

    private func object(_ text: String) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(value as? [String: Any])
    }

    @Test(
        "Alertmanager takes our alerts, amtool shows them firing and then no more",
        .enabled(if: isInstalled)
    )
    func accepted() async throws {
        let server = try TestServer()
        let alertmanager = try Alertmanager(server: server)
        let settings = Samples.settings(.alertmanager, url: alertmanager.url + "/")
        var alert = Samples.alert()
        alert.startsAt = Self.now() - 10 * Micros.minute
        try await deliver(alert, settings)
        try await eventually { try await alertmanager.query().count == 1 }
        let shown = try #require(try await alertmanager.query().first)
        let labels = try #require(shown["labels"] as? [String: String])
        let expected = alert.labels.merging(["alertname": "slow_tools", "severity": "critical"]) {
            $1
        }
        #expect(labels == expected)
        #expect(
            (shown["annotations"] as? [String: String])?["summary"] == "Tools are slow: 8200 ms"
        )
        #expect((shown["status"] as? [String: Any])?["state"] as? String == "active")
        try await eventually { try server.requests().count == 1 }
        alert.state = .resolved
        alert.endsAt = Self.now()
        try await deliver(alert, settings)
        try await eventually { try await alertmanager.query().isEmpty }
        try await eventually { try server.requests().count == 2 }
        try await compare(server, alert)
    }

    /// The webhooks that Alertmanager itself sent, against ours for the same alert.
    private func compare(_ server: TestServer, _ resolved: NotifiedAlert) async throws {
        var firing = resolved
        firing.state = .firing
        firing.endsAt = nil
        let ours = Samples.settings(.webhook, url: server.url("/ok"))
        try await deliver(firing, ours)
        try await deliver(resolved, ours)
        let bodies = try server.requests().map { try object($0.body) }
        #expect(bodies.count == 4)
        for (theirs, our) in [(bodies[0], bodies[2]), (bodies[1], bodies[3])] {
            #expect(shape(our) == shape(theirs))
            #expect(our["status"] as? String == theirs["status"] as? String)
            #expect(our["version"] as? String == theirs["version"] as? String)
            let our = try #require((our["alerts"] as? [[String: Any]])?.first)
            let theirs = try #require((theirs["alerts"] as? [[String: Any]])?.first)
            #expect(our["labels"] as? [String: String] == theirs["labels"] as? [String: String])
            for name in ["annotations"] {
                #expect(our[name] as? [String: String] == theirs[name] as? [String: String])
            }
            for name in ["status", "fingerprint", "startsAt", "endsAt"] {
                #expect(our[name] as? String == theirs[name] as? String, "\(name)")
            }
        }
    }
}
