package import AgentEvents

/// Whose calls and requests are asked for.
package enum People: Sendable, Equatable {
    case everyone
    /// Those of some users or sessions; a store that knows no better way gives everyone's.
    case those([NameIndex])
}
