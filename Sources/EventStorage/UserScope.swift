package import AgentEvents

/// Whose calls and requests are asked for.
package enum UserScope: Sendable, Equatable {
    case all
    /// Those of some users or sessions; a store that knows no better way gives those of all.
    case names([NameIndex])
}
