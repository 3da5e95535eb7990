package import AgentEvents

/// How a source fares, beyond its position.
package struct SourceCondition: Sendable, Equatable {
    package var position: SourcePosition
    /// Why it cannot be read at the moment.
    package var problem: String?
    /// Since when it has lines that are not read, where that has lasted.
    package var behindSince: Timestamp?
}

/// A step forward in a source, to be stored with the lines it passed.
package struct SourceMove: Sendable {
    /// Where the step began: what the store must still hold.
    package var startOffset: Int64
    package var position: SourcePosition

    package init(startOffset: Int64, position: SourcePosition) {
        self.startOffset = startOffset
        self.position = position
    }
}
