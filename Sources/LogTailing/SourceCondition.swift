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
}

extension LogFollower {
    /// The conditions that have changed since the last call.
    package func takeConditions() -> [SourceCondition] {
        var conditions = lostConditions
        for identity in changedConditions {
            guard let file = followed[identity] else { continue }
            var condition = SourceCondition(position: file.position, problem: file.problem)
            // To be behind for a moment is the ordinary state of a log that grows.
            if let since = file.behindSince, now.micros - since.micros > 2 * Micros.second {
                condition.behindSince = since
            }
            guard condition.differs(from: file.reported) else { continue }
            file.reported = condition
            conditions.append(condition)
        }
        lostConditions = []
        changedConditions = []
        return conditions
    }
}

extension SourceCondition {
    /// Whether there is something to tell that a move does not tell.
    fileprivate func differs(from other: SourceCondition?) -> Bool {
        guard let other else { return true }
        return problem != other.problem || behindSince != other.behindSince
            || position.identity != other.position.identity
            || !position.seenAt.isSamePath(as: other.position.seenAt)
    }
}
