package import AgentEvents

/// What agents have ever done: it decides which requests some metrics count, in every window.
///
/// Agent `.none` stands for the requests that name none.
package struct AgentOutcomes: Sendable, Equatable {
    /// Agents of which the store holds a completed request.
    package var completing: Set<NameIndex> = []
    /// Agents of which the store holds a completed or an escalated request.
    package var deciding: Set<NameIndex> = []

    package init() {}
}
