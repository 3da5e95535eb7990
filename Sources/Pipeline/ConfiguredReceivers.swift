import AgentEvents
package import EventStorage
import Foundation
package import Notifications

/// The receivers of the loaded rules with their secrets in place, and those that cannot be used.
package struct ConfiguredReceivers: Sendable {
    package private(set) var usable: [any Receiver] = []
    /// Why a receiver cannot be used, by its name; never with a secret.
    package private(set) var problems: [String: String] = [:]

    /// Resolves the secrets of receivers.
    ///
    /// `environment`: the variables that `$NAME` stands for.
    package init(_ configurations: [ReceiverConfiguration], environment: [String: String]) {
        for configuration in configurations {
            do {
                usable.append(try Self.receiver(configuration, environment))
            } catch {
                problems[configuration.name] = "\(error)"
            }
        }
    }

    private static func receiver(
        _ configuration: ReceiverConfiguration,
        _ environment: [String: String]
    ) throws -> any Receiver {
        func secret(_ text: String?) throws -> Secret? {
            try text.map {
                try SecretSource($0).resolved(environment: environment, read: content)
            }
        }
        return try ReceiverSettings(
            name: configuration.name,
            kind: kind(configuration.type),
            url: try secret(configuration.url),
            command: configuration.command,
            secret: try secret(configuration.secret),
            timeout: configuration.timeoutSeconds * Micros.second,
            origin: ProcessInfo.processInfo.hostName
        ).receiver()
    }

    private static func kind(_ type: ReceiverType) -> ReceiverKind {
        switch type {
        case .webhook: .webhook
        case .alertmanager: .alertmanager
        case .slack: .slack
        case .pagerduty: .pagerduty
        case .command: .command
        case .log: .log
        }
    }

    /// The content of a small file.
    private static func content(_ path: String) throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { file.closeFile() }
        // At its end a file gives nothing.
        return [UInt8](try file.read(upToCount: SecretSource.maxFileBytes + 1) ?? Data())
    }
}
