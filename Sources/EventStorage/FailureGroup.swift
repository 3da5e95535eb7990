package import AgentEvents

/// Failed calls that are alike: of one kind, class and text, of one model or tool, by one agent.
///
/// Names are the store's.
package struct FailureGroup: Sendable, Equatable {
    package var kind: EventKind
    /// Raw `ErrorClass`, 0 for none.
    package var errorClassCode: UInt8
    package var text: NameIndex
    package var subject: NameIndex
    package var agent: NameIndex
    package var count: Int64 = 0
    /// When the last of them ended.
    package var last: Timestamp
    /// The key of that one's request id.
    package var lastRequest: Int64?

    package var errorClass: ErrorClass? { ErrorClass(rawValue: errorClassCode) }

    package init(
        kind: EventKind,
        errorClassCode: UInt8,
        text: NameIndex,
        subject: NameIndex,
        agent: NameIndex,
        last: Timestamp
    ) {
        self.kind = kind
        self.errorClassCode = errorClassCode
        self.text = text
        self.subject = subject
        self.agent = agent
        self.last = last
    }
}

/// The largest groups of failed calls, and how many groups there are in all.
package struct FailureList: Sendable, Equatable {
    /// The largest first, then those that came last.
    package var groups: [FailureGroup] = []
    package var total = 0

    package init() {}
}
