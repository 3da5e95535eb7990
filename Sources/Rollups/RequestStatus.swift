package import AgentEvents

/// How a request ended, or that it has not.
package enum RequestOutcome: Sendable, Hashable, CaseIterable {
    case completed
    case failed
    case escalated
    case abandoned
    /// No `task_end`, though its agent ends tasks: a crash looks like this.
    case unfinished
    /// No `task_end`, and its agent logs none.
    case none
    /// It may still go on.
    case open

    package init(_ outcome: TaskOutcome) {
        switch outcome {
        case .completed: self = .completed
        case .failed: self = .failed
        case .escalated: self = .escalated
        case .abandoned: self = .abandoned
        }
    }

    /// The word in reports; `nil` where there is no outcome.
    package var name: String? {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .escalated: "escalated"
        case .abandoned: "abandoned"
        case .unfinished: "unfinished"
        case .none: nil
        case .open: "open"
        }
    }
}

/// What is known of a request at a given time.
package struct RequestStatus: Sendable, Equatable {
    package var closedAt: Timestamp
    package var outcome: RequestOutcome
    package var failed: Bool
    package var escalated: Bool
    /// Microseconds; unknown for unfinished requests and where it would be negative.
    package var latency: Int64?
}

extension RequestRow {
    /// The request as seen at `now`.
    ///
    /// `endsTasksSince`: when its agent first logged a completed `task_end`, if ever.
    package func status(
        at now: Timestamp,
        endsTasksSince: Timestamp?,
        settings: RequestSettings
    ) -> RequestStatus {
        let endsTasks = endsTasksSince.map { $0 <= endedAt } ?? false
        let closedAt = closedAt(endsTasks: endsTasks, settings: settings)
        let outcome: RequestOutcome
        if closedAt > now {
            outcome = .open
        } else if let taskOutcome {
            outcome = RequestOutcome(taskOutcome)
        } else {
            outcome = endsTasks ? .unfinished : .none
        }
        return RequestStatus(
            closedAt: closedAt,
            outcome: outcome,
            failed: hasFailed(outcome),
            escalated: hasEscalation || taskOutcome == .escalated,
            latency: outcome == .unfinished ? nil : latency
        )
    }

    private func closedAt(endsTasks: Bool, settings: RequestSettings) -> Timestamp {
        if taskOutcome != nil { return endedAt }
        return endedAt + (endsTasks ? settings.unfinishedAfter : settings.idleTimeout)
    }

    private func hasFailed(_ outcome: RequestOutcome) -> Bool {
        switch outcome {
        case .failed, .unfinished: true
        case .completed, .escalated, .abandoned, .open: false
        case .none: lastCallFailed
        }
    }

    private var latency: Int64? {
        if let reported = reportedLatency.value { return reported }
        guard let started = startedAt.value, endedAt.micros >= started else { return nil }
        return endedAt.micros - started
    }
}
