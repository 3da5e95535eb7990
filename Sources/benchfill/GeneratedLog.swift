import AgentEvents
import EventStorage

/// Events as a log of busy agents would give them: a seed makes the same ones everywhere.
///
/// A request is two to six calls, now and then an escalation, and nearly always a `task_end`. Ten million events are a week; more
/// of them are more weeks, since what has to stay cheap is a long history.
struct GeneratedLog {
    /// Microseconds between two requests: ten million events a week.
    private static let pause = 7 * Micros.day * 5 / 10_000_000
    private static let eventsABatch = 65_536
    /// About what a line of the native format takes.
    private static let lineBytes: Int64 = 250

    private let limit: Int64
    private let begin: Timestamp
    private var made: Int64 = 0
    private var requests: Int64 = 0
    private var chance: SeededChance
    private var batch = EventBatch()

    private static let agents = (0..<8).map { "agent-\($0)" }
    private static let models = [
        ("gpt-4o", "openai"), ("gpt-4o-mini", "openai"), ("claude-sonnet-4-5", "anthropic"),
        ("claude-haiku-4-5", "anthropic"), ("gemini-2.5-flash", "google"),
        ("inhouse-7b", "inhouse"),
    ]
    private static let tools = (0..<10).map { "tool-\($0)" }
    private static let errors: [ErrorClass] = [.rateLimit, .timeout, .server, .overloaded]

    /// `end`: about when the last event is; without it the first one is of 2024-01-01.
    init(events: Int64, seed: UInt64, end: Timestamp? = nil) {
        limit = events
        // A request has 5.03 events on average.
        begin = end.map { $0 - events * 100 / 503 * Self.pause } ?? .generatedFrom
        chance = SeededChance(seed: seed)
    }

    /// How many bytes the lines before the next batch would take.
    var offset: Int64 { made * Self.lineBytes }

    /// The next events; `nil` after the last.
    mutating func next() -> EventBatch? {
        guard made < limit else { return nil }
        batch = EventBatch()
        while batch.events.count < Self.eventsABatch, made < limit { addRequest() }
        return batch
    }

    private mutating func addRequest() {
        let agent = Self.agents[Int(chance.next() % UInt64(Self.agents.count))]
        let user = "u-\(chance.next() % 500)"
        let request = RequestUse(
            id: batch.request("req-\(requests)"),
            agent: batch.name(.agent, agent),
            user: batch.name(.user, user)
        )
        var time = begin + requests * Self.pause
        requests += 1
        for _ in 0..<(2 + chance.next() % 5) where made < limit {
            let latency = chance.skewed(from: 60_000, octaves: 7)
            time = time + latency
            var event = event(request, kind: chance.once(in: 3) ? .toolCall : .llmCall, time: time)
            event.latency = Optional64(latency)
            fill(&event)
            batch.events.append(event)
        }
        // As many as in simulated logs: they are looked at one by one for those without a request.
        if made < limit, chance.once(in: 20) {
            batch.events.append(event(request, kind: .escalation, time: time))
        }
        guard made < limit, !chance.once(in: 50) else { return }
        var end = event(request, kind: .taskEnd, time: time + 1_000)
        end.outcomeCode = (chance.once(in: 20) ? TaskOutcome.failed : .completed).rawValue
        batch.events.append(end)
    }

    private mutating func event(
        _ request: RequestUse,
        kind: EventKind,
        time: Timestamp
    ) -> AgentEvent {
        var event = AgentEvent(kind: kind, source: 0, offset: offset, timestamp: time)
        event.request = request.id
        event.agent = request.agent
        event.user = request.user
        event.flags = [.ownAgent, .ownUser]
        event.eventID = batch.texts.append(Array("e-\(made)".utf8))
        made += 1
        return event
    }

    /// What a call says beyond when it was.
    private mutating func fill(_ event: inout AgentEvent) {
        if chance.once(in: 20) {
            event.succeeded = false
            event.errorClassCode = Self.errors[Int(chance.next() % 4)].rawValue
        }
        guard event.kind == .llmCall else {
            event.subject = batch.name(.tool, Self.tools[Int(chance.next() % 10)])
            event.argumentsHash = Optional64(Int64(truncatingIfNeeded: chance.next() >> 1))
            return
        }
        let (model, provider) = Self.models[Int(chance.next() % UInt64(Self.models.count))]
        event.subject = batch.name(.model, model)
        event.provider = batch.name(.provider, provider)
        event.timeToFirstToken = Optional64(event.latency.raw / 3)
        event.uncachedInput = Optional64(chance.skewed(from: 200, octaves: 6))
        event.cacheRead = Optional64(Int64(chance.next() % 2_000))
        event.output = Optional64(chance.skewed(from: 40, octaves: 5))
    }
}

/// A request with the names that its events share.
private struct RequestUse {
    var id: RequestIndex
    var agent: NameIndex
    var user: NameIndex
}

extension Timestamp {
    /// 2024-01-01, when generated logs begin.
    fileprivate static let generatedFrom = Timestamp(micros: 1_704_067_200_000_000)
}

extension EventBatch {
    fileprivate mutating func name(_ kind: NameKind, _ text: String) -> NameIndex {
        var text = text
        return text.withUTF8 { name(kind, UnsafeRawBufferPointer($0)) }
    }

    fileprivate mutating func request(_ text: String) -> RequestIndex {
        var text = text
        return text.withUTF8 { request(UnsafeRawBufferPointer($0)) }
    }
}
