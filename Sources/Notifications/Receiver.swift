package import AgentEvents
package import EventStorage
import Foundation

/// Turns messages into what has to be sent.
package protocol Receiver: Sendable {
    var settings: ReceiverSettings { get }

    /// What has to be sent for a message; the same message gives the same but for times and
    /// signatures.
    func outgoing(for delivery: PendingDelivery, at now: Timestamp) throws -> Outgoing
}

/// What has to be sent.
package enum Outgoing: Sendable, Hashable {
    /// One after the other; the delivery has arrived when all have.
    case requests([OutgoingRequest])
    case process(OutgoingProcess)
    /// Lines for the program's own log.
    case lines([LogOutput])
}

/// A line of the program's own log.
package struct LogOutput: Sendable, Hashable {
    /// `info`, `warning` or `critical`, as the rule has it.
    package var severity: String
    package var text: String
}

/// A POST of JSON.
package struct OutgoingRequest: Sendable, Hashable {
    package var target: HTTPTarget
    package var headers: [String: String] = [:]
    package var body: [UInt8]
    /// What of the body must not be quoted from an answer.
    var secrets: [Secret] = []
}

/// A program to run.
package struct OutgoingProcess: Sendable, Hashable {
    /// The program and its arguments; no shell reads them.
    package var words: [String]
    /// What it reads on its standard input.
    package var input: [UInt8]
    /// Set for it beside what the environment holds.
    package var variables: [String: String] = [:]
}

/// Bodies of requests, the same bytes for the same value.
enum JSONBody {
    static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }
}

extension String {
    /// The text cut to `limit` Unicode scalars, with an ellipsis where there were more.
    func cut(to limit: Int) -> String {
        guard unicodeScalars.count > limit else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(limit - 3))) + "..."
    }
}
