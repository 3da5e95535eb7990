package import AgentEvents

/// When requests close, at one state of a store.
package struct RequestClock {
    /// When each agent first logged a completed `task_end`; agents that never did are absent.
    package let endsTasksSince: [NameIndex: Timestamp]
    package let settings: RequestSettings

    package init(endsTasksSince: [NameIndex: Timestamp], settings: RequestSettings) {
        (self.endsTasksSince, self.settings) = (endsTasksSince, settings)
    }

    /// The request once it has closed.
    package func status(of row: RequestRow) -> RequestStatus {
        row.status(
            at: .distantFuture,
            endsTasksSince: endsTasksSince[row.agent],
            settings: settings
        )
    }
}
