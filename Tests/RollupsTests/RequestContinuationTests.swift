import AgentEvents
import Rollups
import Testing

struct RequestContinuationTests {
    private static let base: Int64 = 1_767_600_000_000_000
    private static let settings = RequestSettings()

    /// Events in order, seconds to a day apart, with everything that requests are made of.
    private static func events(_ count: Int, _ generator: inout SplitMix) -> [AgentEvent] {
        var time = base
        return (0..<count).map { index in
            let gaps: [Int64] = [0, 1, 1, 1, 100, 400, 90_000]
            time += gaps[Int(generator.next() % 7)] * Micros.second
            let kinds: [EventKind] = [
                .llmCall, .llmCall, .toolCall, .toolCall, .taskEnd, .retry, .escalation, .generic,
            ]
            var event = AgentEvent(
                kind: kinds[Int(generator.next() % 8)],
                source: 0,
                offset: Int64(index),
                timestamp: Timestamp(micros: time)
            )
            if event.kind.isCall, generator.next() % 2 == 0 {
                event.latency = Optional64(Int64(generator.next() % 500) * Micros.second)
            }
            if generator.next() % 8 == 0 {
                event.agent = NameIndex(rawValue: UInt32(generator.next() % 3 + 1))
                event.flags.insert(.ownAgent)
            }
            if generator.next() % 16 == 0 {
                event.user = NameIndex(rawValue: 9)
                event.flags.insert(.ownUser)
            }
            event.succeeded = generator.next() % 3 > 0
            event.subject = NameIndex(rawValue: UInt32(generator.next() % 4 + 10))
            if event.kind == .llmCall {
                event.uncachedInput = Optional64(Int64(generator.next() % 100))
                event.attempt = Optional64(Int64(generator.next() % 2 + 1))
            }
            if event.kind == .toolCall {
                event.argumentsHash = Optional64(Int64(generator.next() % 20))
            }
            if event.kind == .taskEnd { event.outcomeCode = UInt8(generator.next() % 4 + 1) }
            return event
        }
    }

    /// What stored events have of their requests: names, and whether later attempts are retries.
    private static func marks(_ result: RequestFold.Result) -> [[Int64]] {
        result.owners.map { owner in
            guard owner >= 0 else { return [-1] }
            let row = result.requests[owner]
            return [
                Int64(owner), Int64(row.agent.rawValue), Int64(row.user.rawValue),
                row.retryEvents == 0 ? 0 : 1,
            ]
        }
    }

    @Test(
        "Going on gives the rows and owners of folding all, or refuses and changes nothing",
        arguments: 1...200 as ClosedRange<UInt64>
    )
    func equalsWholeFold(seed: UInt64) {
        var generator = SplitMix(state: seed)
        let events = Self.events(120, &generator)
        var taken = Int(generator.next() % 20) + 1
        var continuation = RequestContinuation(Array(events[..<taken]), settings: Self.settings)
        var steps = 0
        while taken < events.count {
            let end = min(events.count, taken + Int(generator.next() % 12) + 1)
            let before = RequestFold.fold(Array(events[..<taken]), settings: Self.settings)
            let after = RequestFold.fold(Array(events[..<end]), settings: Self.settings)
            if let step = continuation?.extend(with: Array(events[taken..<end])) {
                steps += 1
                let first = Int(step.rows[0].part)
                #expect(step.rows == Array(after.requests[first...]), "seed \(seed)")
                #expect(before.requests.count == first + 1, "seed \(seed)")
                #expect(step.owners.map { $0 + first } == Array(after.owners[taken...]))
                let marks = Self.marks(after)
                #expect(Array(marks[..<taken]) == Self.marks(before), "seed \(seed), to \(end)")
            } else {
                let rest = RequestContinuation(Array(events[..<end]), settings: Self.settings)
                #expect((rest == nil) == after.requests.isEmpty)
                continuation = rest
            }
            taken = end
        }
        #expect(steps > 0, "seed \(seed)")
    }

    @Test("Events that name nobody new and stay in their request are always gone on with")
    func plainCalls() throws {
        let events = (0..<1_000).map { index in
            AgentEvent(
                kind: .llmCall,
                source: 0,
                offset: Int64(index),
                timestamp: Timestamp(micros: Self.base + Int64(index))
            )
        }
        let start = RequestContinuation(Array(events[..<10]), settings: Self.settings)
        var continuation = try #require(start)
        for index in 10..<1_000 {
            let extended = continuation.extend(with: [events[index]])
            let step = try #require(extended)
            #expect(step.rows.map(\.llmCalls) == [Int64(index + 1)])
        }
    }

    @Test("There is nothing to go on from where no event is part of an extent")
    func orphans() {
        let event = AgentEvent(
            kind: .escalation,
            source: 0,
            offset: 0,
            timestamp: Timestamp(micros: Self.base)
        )
        #expect(RequestContinuation([event], settings: Self.settings) == nil)
        #expect(RequestContinuation([], settings: Self.settings) == nil)
    }
}

/// splitmix64: the same numbers for the same seed on every machine.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
