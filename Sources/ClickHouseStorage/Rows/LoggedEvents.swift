package import AgentEvents

/// Events as they were logged, without what they took from the requests that they are in.
package struct LoggedEvents: Sendable {
    /// `AgentEvent.source` is an index into `sources`.
    package private(set) var batch = EventBatch()
    /// Paths of sources.
    package private(set) var sources: [String] = []
    private var sourceIndices: [String: UInt32] = [:]

    /// `names`: whose numbers the names of the events are.
    init(_ events: [StoredEvent], names: ClusterNames) {
        for event in events { add(event, names) }
    }

    private mutating func add(_ stored: StoredEvent, _ names: ClusterNames) {
        var event = stored.event
        event.source = source(stored.source)
        if !event.flags.contains(.ownAgent) { event.agent = .none }
        if !event.flags.contains(.ownUser) { event.user = .none }
        if !event.flags.contains(.ownSession) { event.session = .none }
        for path in Self.names { event[keyPath: path] = name(event[keyPath: path], names) }
        if !event.request.isNone { event.request = use(stored.requestID) { batch.request($0) } }
        event.eventID = text(stored.eventID)
        event.parentID = text(stored.parentID)
        event.attributes = text(stored.attributes)
        batch.events.append(event)
    }

    private static let names: [any WritableKeyPath<AgentEvent, NameIndex> & Sendable] = [
        \.agent, \.user, \.session, \.subject, \.provider, \.errorText, \.stopReason,
    ]

    private mutating func source(_ path: String) -> UInt32 {
        if let known = sourceIndices[path] { return known }
        let index = UInt32(sources.count)
        sources.append(path)
        sourceIndices[path] = index
        return index
    }

    private mutating func name(_ index: NameIndex, _ names: ClusterNames) -> NameIndex {
        guard let name = names.name(index) else { return .none }
        return use(name.text) { batch.name(name.kind, $0) }
    }

    private mutating func text(_ text: String?) -> TextIndex {
        guard let text else { return .none }
        return use(text) { batch.texts.append($0) }
    }

    private func use<Index>(_ text: String, _ add: (UnsafeRawBufferPointer) -> Index) -> Index {
        var text = text
        return text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }
}
