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

extension FailureGroup {
    private struct Likeness: Hashable {
        var kind: EventKind
        var errorClassCode: UInt8
        var text: NameIndex
        var subject: NameIndex
        var agent: NameIndex

        init(_ group: FailureGroup) {
            kind = group.kind
            errorClassCode = group.errorClassCode
            text = group.text
            subject = group.subject
            agent = group.agent
        }

        /// For an order among equals.
        var codes: [UInt32] {
            [
                UInt32(kind.rawValue), UInt32(errorClassCode), text.rawValue, subject.rawValue,
                agent.rawValue,
            ]
        }
    }

    /// Groups that are alike as one, the largest first, then those that came last.
    package static func merged(_ parts: [FailureGroup]) -> [FailureGroup] {
        var merged: [Likeness: FailureGroup] = [:]
        for part in parts {
            guard var group = merged[Likeness(part)] else {
                merged[Likeness(part)] = part
                continue
            }
            if part.last > group.last {
                (group.last, group.lastRequest) = (part.last, part.lastRequest)
            }
            group.count += part.count
            merged[Likeness(part)] = group
        }
        return merged.values.sorted { left, right in
            if left.count != right.count { return left.count > right.count }
            if left.last != right.last { return left.last > right.last }
            return Likeness(left).codes.lexicographicallyPrecedes(Likeness(right).codes)
        }
    }
}
