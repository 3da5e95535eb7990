import AgentEvents

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
