import AgentEvents
import Rollups
import Testing

struct RequestFoldTests {
    private static let start = Timestamp(micros: 1_767_600_000_000_000)

    private static func event(
        _ kind: EventKind,
        at seconds: Double,
        latency: Double? = nil,
        outcome: TaskOutcome? = nil
    ) -> AgentEvent {
        var event = AgentEvent(
            kind: kind,
            source: 1,
            offset: Int64(seconds * 1_000),
            timestamp: start + Int64(seconds * 1_000_000)
        )
        event.latency = Optional64(latency.map { Int64($0 * 1_000_000) })
        event.outcomeCode = outcome?.rawValue ?? 0  // no outcome
        return event
    }

    private static func fold(_ events: [AgentEvent]) -> RequestFold.Result {
        let sorted = events.sorted { ($0.timestamp, $0.offset) < ($1.timestamp, $1.offset) }
        return RequestFold.fold(sorted, settings: RequestSettings())
    }

    @Test("Nothing, or events that are no extent, make no request and are orphans")
    func orphans() {
        #expect(Self.fold([]).requests.isEmpty)
        let alone = Self.fold([Self.event(.escalation, at: 0), Self.event(.generic, at: 1)])
        #expect(alone.requests.isEmpty)
        #expect(alone.owners == [-1, -1])
    }

    /// Extent events of one id, and how many requests they are.
    struct Split: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var events: [AgentEvent]
        var owners: [Int]
    }

    static let splits: [Split] = [
        Split(
            testDescription: "exactly 24 h between neighbours is one request",
            events: [event(.llmCall, at: 0), event(.llmCall, at: 86_400)],
            owners: [0, 0]
        ),
        Split(
            testDescription: "more than 24 h is two",
            events: [event(.llmCall, at: 0), event(.llmCall, at: 86_400.000001)],
            owners: [0, 1]
        ),
        Split(
            testDescription: "a retry event bridges the gap",
            events: [
                event(.llmCall, at: 0), event(.retry, at: 50_000), event(.llmCall, at: 100_000),
            ],
            owners: [0, 0, 0]
        ),
        Split(
            testDescription: "a call that starts 5 min after the task_end reopens the request",
            events: [
                event(.taskEnd, at: 0, outcome: .completed), event(.toolCall, at: 310, latency: 10),
            ],
            owners: [0, 0]
        ),
        Split(
            testDescription: "one that starts later begins another",
            events: [
                event(.taskEnd, at: 0, outcome: .completed),
                event(.toolCall, at: 310, latency: 9.9),
            ],
            owners: [0, 1]
        ),
        Split(
            testDescription: "the first task_end of the request counts, not the last",
            events: [
                event(.taskEnd, at: 0, outcome: .completed),
                event(.taskEnd, at: 200, outcome: .failed),
                event(.llmCall, at: 400),
            ],
            owners: [0, 0, 1]
        ),
        Split(
            testDescription: "a retry event after a task_end stays with it",
            events: [event(.taskEnd, at: 0, outcome: .completed), event(.retry, at: 4_000)],
            owners: [0, 0]
        ),
        Split(
            testDescription:
                "an escalation belongs to the latest request begun before it, else to the first",
            events: [
                event(.escalation, at: -5), event(.llmCall, at: 0), event(.escalation, at: 90_000),
                event(.llmCall, at: 100_000), event(.escalation, at: 100_000.5),
            ],
            owners: [0, 0, 0, 1, 1]
        ),
    ]

    @Test("An id is cut into requests where the definition says", arguments: splits)
    func isCut(_ split: Split) {
        #expect(Self.fold(split.events).owners == split.owners)
    }

    @Test(
        "The order in which events come does not change a request",
        arguments: 1...50 as ClosedRange<UInt64>
    )
    func anyOrder(seed: UInt64) {
        var generator = Generator(state: seed)
        let events = (0..<40).map { index -> AgentEvent in
            let kinds: [EventKind] = [.llmCall, .toolCall, .retry, .escalation, .taskEnd]
            let kind = kinds[Int(generator.next() % 5)]
            var event = Self.event(
                kind,
                at: Double(generator.next() % 400_000) / 1.7,
                latency: generator.next() % 3 == 0 ? nil : Double(generator.next() % 900),
                outcome: kind == .taskEnd ? .completed : nil
            )
            event.offset = Int64(index)
            event.subject = NameIndex(rawValue: UInt32(generator.next() % 3 + 1))
            event.argumentsHash = Optional64(Int64(generator.next() % 2))
            event.uncachedInput = Optional64(Int64(generator.next() % 1_000))
            event.cost =
                generator.next() % 4 == 0 ? nil : Optional64(Int64(generator.next() % 1_000))
            return event
        }
        let expected = Self.fold(events).requests
        #expect(Self.fold(events.shuffled(using: &generator)).requests == expected, "seed \(seed)")
        #expect(
            expected.reduce(0) { $0 + $1.llmCalls }
                == Int64(events.filter { $0.kind == .llmCall }.count)
        )
    }

    @Test("A sum that does not fit stays at the largest number")
    func overflow() {
        var call = Self.event(.llmCall, at: 0)
        call.cost = Optional64(.max - 1)
        #expect(Self.fold([call, call]).requests.map(\.cost.value) == [.max])
    }

    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            // splitmix64
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }
}
