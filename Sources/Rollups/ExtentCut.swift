import AgentEvents

/// Cuts the extent events of one request id, given in order, into requests.
struct ExtentCut: Sendable {
    /// When each request so far began.
    private(set) var begins: [Timestamp] = []
    private var previous: Timestamp?
    private var firstTaskEnd: Timestamp?
    private let settings: RequestSettings

    init(settings: RequestSettings) { self.settings = settings }

    /// Takes the next extent event; gives the index of its request.
    mutating func add(_ event: AgentEvent) -> Int {
        if startsAnew(event) {
            begins.append(event.start)
            firstTaskEnd = nil
        } else if event.start < begins[begins.count - 1] {
            begins[begins.count - 1] = event.start
        }
        previous = event.timestamp
        if event.kind == .taskEnd, firstTaskEnd == nil { firstTaskEnd = event.timestamp }
        return begins.count - 1
    }

    /// The request that an event without an extent belongs to: the latest that began at or before it,
    /// else the first; `nil` where there is none.
    func owner(of moment: Timestamp) -> Int? {
        // Before all of them it is the first one's, by definition.
        begins.isEmpty ? nil : begins.lastIndex { $0 <= moment } ?? 0
    }

    /// Forgets all requests but the latest, which becomes the first.
    mutating func keepLatest() { begins.removeFirst(max(0, begins.count - 1)) }

    private func startsAnew(_ event: AgentEvent) -> Bool {
        guard let previous else { return true }
        if event.timestamp.micros - previous.micros > settings.requestGap { return true }
        guard let firstTaskEnd, event.kind.isCall else { return false }
        return event.start.micros - firstTaskEnd.micros > settings.reopenWithin
    }
}
