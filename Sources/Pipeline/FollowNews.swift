import AgentEvents
import LogTailing

/// What a look at the files found that is worth telling.
struct FollowNews: Sendable {
    var conditions: [SourceCondition] = []
    /// What is wrong with files that are no source yet, by path.
    var problems: [String: String] = [:]
    /// Patterns that no file matches yet.
    var unmatched: [String] = []
    /// Files below followed folders whose names do not look like logs.
    var passedOver: [String] = []
    var state: FollowedFileCount
}

extension BatchReader where Queue == LogFollower {
    /// Looks at the files; gives the folders in which something may happen.
    ///
    /// `reopening`: everything anew, also what was decided before.
    func look(at now: Timestamp, reopening: Bool) -> [String] {
        advance(to: now)
        return withQueue { follower in
            if reopening { follower.reopen() }
            follower.look(at: now)
            return follower.folders
        }
    }

    /// What has changed since the last call.
    func takeNews() -> FollowNews {
        withQueue { follower in
            FollowNews(
                conditions: follower.takeConditions(),
                problems: follower.problems,
                unmatched: follower.unmatched,
                passedOver: follower.passedOver,
                state: FollowedFileCount(files: follower.count, behind: follower.unreadCount)
            )
        }
    }
}
