package import AgentEvents

/// Something that happened to the agents or to reading, at a moment.
package struct Occurrence: Sendable, Equatable {
    /// What it was.
    package enum Kind: Sendable, Equatable {
        /// A generic event named `deploy`.
        case deployment
        /// A follower began to read.
        case followerStart
    }

    /// The name of the events that tell of deployments.
    package static let deployment = "deploy"

    package var kind: Kind
    package var at: Timestamp
    /// The agent that an event names.
    package var agent: String?
    /// The other fields of an event, a JSON object.
    package var attributes: String?

    package init(
        _ kind: Kind,
        at: Timestamp,
        agent: String? = nil,
        attributes: String? = nil
    ) {
        self.kind = kind
        self.at = at
        self.agent = agent
        self.attributes = attributes
    }
}
