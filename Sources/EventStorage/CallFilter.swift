package import AgentEvents

/// Which calls are wanted: those that have one of the values of each dimension; `nil` wants all.
package struct CallFilter: Sendable, Equatable {
    package var agents: Set<NameIndex>?
    package var users: Set<NameIndex>?
    package var sessions: Set<NameIndex>?
    /// Tool calls have none.
    package var models: Set<NameIndex>?
    /// Tool calls have none.
    package var providers: Set<NameIndex>?
    /// LLM calls have none.
    package var tools: Set<NameIndex>?
    /// Raw `ErrorClass`es.
    package var classes: Set<UInt8>?

    package init() {}
}
