import AgentEvents

/// How events are cut into requests and when a request counts as over.
///
/// Stored with the database, since every request is a function of its events and of these.
package struct RequestSettings: Sendable, Equatable {
    /// More than this between two neighbouring events of an extent: two requests.
    ///
    /// Microseconds.
    package var requestGap: Int64 = 24 * Micros.hour
    /// A call that starts more than this after a `task_end` begins a new request.
    ///
    /// Microseconds.
    package var reopenWithin: Int64 = 5 * Micros.minute
    /// How long a request of an agent that does not end its tasks stays open.
    ///
    /// Microseconds.
    package var idleTimeout: Int64 = 5 * Micros.minute
    /// How long a request without `task_end` stays open where its agent ends tasks.
    ///
    /// Microseconds.
    package var unfinishedAfter: Int64 = 30 * Micros.minute
    /// The number of calls of one tool with the same arguments in one request that make a loop.
    package var loopLimit: Int64 = 5

    package init() {}
}

extension RequestSettings {
    /// How long after its end a request closes at most, in microseconds.
    package var maxWait: Int64 { max(unfinishedAfter, idleTimeout, 0) }
}
