import AgentEvents
import Rollups

/// Seeded requests of every kind over a stretch of time, with values of every magnitude.
struct RandomStore {
    private var numbers: SeededNumbers
    private(set) var snapshot = MemorySnapshot()
    /// Seconds.
    private let span: ClosedRange<Double>

    /// Events of so many requests that begin in a span of seconds.
    static func make(seed: UInt64, requests: Int, in span: ClosedRange<Double>) -> MemorySnapshot {
        var store = RandomStore(numbers: SeededNumbers(seed: seed), span: span)
        for request in 0..<requests { store.addRequest(request) }
        return store.snapshot
    }

    private init(numbers: SeededNumbers, span: ClosedRange<Double>) {
        self.numbers = numbers
        self.span = span
    }

    private mutating func pick<Element>(_ elements: [Element?]) -> Element? {
        elements[Int.random(in: elements.indices, using: &numbers)]
    }

    /// A value of at least 0 in one of four magnitudes, or none.
    private mutating func value(_ top: Int64) -> Optional64 {
        switch Int.random(in: 0..<6, using: &numbers) {
        case 0: nil
        case 1: 0
        case 2: Optional64(.random(in: 0...9, using: &numbers))
        case 3: Optional64(.random(in: 0...top, using: &numbers))
        default: Optional64(.random(in: 0...max(1, top / 1_000), using: &numbers))
        }
    }

    private mutating func addRequest(_ number: Int) {
        // Some ids come again, so that they are more than one request.
        let id = "r\(number % 9 == 0 ? number / 18 : number)"
        var time = Double.random(in: span, using: &numbers)
        if number % 5 == 0 { time = (time / 60).rounded() * 60 }  // on the border of a minute
        let agent = pick(["x", "y", "z", nil])
        let user = pick(["u", "v", nil])
        for _ in 0..<Int.random(in: 1...6, using: &numbers) {
            addCall(id, time, agent, user)
            time += .random(in: 0...90, using: &numbers)
        }
        if Bool.random(using: &numbers) {
            let code = UInt8.random(in: 1...4, using: &numbers)
            // One agent never completes anything, and one does nothing else.
            let outcome = agent == "y" ? max(2, code) : agent == "z" ? 1 : code
            snapshot.add(.taskEnd, id, at: time, agent: agent) { $0.outcomeCode = outcome }
        } else if Int.random(in: 0..<5, using: &numbers) == 0 {
            snapshot.add(.escalation, id, at: time, agent: agent)
        }
    }

    private mutating func addCall(
        _ id: String,
        _ time: Double,
        _ agent: String?,
        _ user: String?
    ) {
        switch Int.random(in: 0..<8, using: &numbers) {
        case 0: snapshot.add(.retry, id, at: time, agent: agent, user: user)
        case 1...3:
            let event = event(.toolCall)
            let tool = pick(["search", "mail", nil])
            snapshot.add(.toolCall, id, at: time, agent: agent, user: user, subject: tool) {
                Self.take(event, into: &$0)
            }
        default:
            let event = event(.llmCall)
            let (model, provider) = (pick(["one", "two", "three", nil]), pick(["p", "q", nil]))
            snapshot.add(
                .llmCall,
                id,
                at: time,
                agent: agent,
                user: user,
                subject: model,
                provider: provider
            ) { Self.take(event, into: &$0) }
        }
    }

    private mutating func event(_ kind: EventKind) -> AgentEvent {
        var event = AgentEvent(kind: kind, source: 0, offset: 0, timestamp: .at(0))
        event.latency = value(7_200_000_000)
        if Int.random(in: 0..<4, using: &numbers) == 0 {
            event.succeeded = false
            event.errorClassCode = .random(in: 1...3, using: &numbers)
        }
        guard kind == .llmCall else {
            event.argumentsHash = Optional64(.random(in: 1...2, using: &numbers))
            return event
        }
        event.timeToFirstToken = value(60_000_000)
        event.uncachedInput = value(200_000)
        event.cacheRead = value(200_000)
        event.cacheWrite = value(9_000)
        event.output = value(90_000)
        event.cost = value(3_000_000_000)
        event.contextWindow = Optional64(200_000)
        event.attempt = Optional64(.random(in: 1...2, using: &numbers))
        if Int.random(in: 0..<9, using: &numbers) == 0 { event.flags.insert(.inconsistentUsage) }
        return event
    }

    /// Everything but what the snapshot sets itself.
    private static func take(_ values: AgentEvent, into event: inout AgentEvent) {
        var taken = values
        (taken.offset, taken.timestamp, taken.request) = (
            event.offset, event.timestamp, event.request
        )
        (taken.agent, taken.user, taken.subject, taken.provider) = (
            event.agent, event.user, event.subject, event.provider
        )
        taken.flags.formUnion(event.flags)
        event = taken
    }
}
