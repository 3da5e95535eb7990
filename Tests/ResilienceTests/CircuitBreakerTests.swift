import AgentEvents
import Resilience
import Testing

struct CircuitBreakerTests {
    /// Something that happens at a second, and what is to be seen then.
    private enum Step {
        case fail(Int64)
        case succeed(Int64)
        case abandon(Int64)
        case admits(Int64, Bool)
        case denied(Int64)
    }

    private static func moment(_ second: Int64) -> Timestamp {
        Timestamp(micros: 1_774_742_400_000_000 + second * Micros.second)
    }

    private func play(_ steps: [Step], _ line: SourceLocation = #_sourceLocation) -> CircuitBreaker
    {
        var breaker = CircuitBreaker()
        for (index, step) in steps.enumerated() {
            switch step {
            case .fail(let second): breaker.failed(now: Self.moment(second))
            case .succeed: breaker.succeeded()
            case .abandon(let second): breaker.abandoned(now: Self.moment(second))
            case .admits(let second, let expected):
                let admits = breaker.admits(now: Self.moment(second))
                #expect(admits == expected, "step \(index)", sourceLocation: line)
            case .denied(let second):
                let admits = breaker.admits(now: Self.moment(second))
                #expect(!admits, "step \(index)", sourceLocation: line)
            }
        }
        return breaker
    }

    private let fiveFailures = (0..<5).map { Step.fail(Int64($0)) }

    @Test("Four failures leave it closed, five in a row open it")
    func opens() {
        #expect(play(Array(fiveFailures.dropLast())).state == .closed(failures: 4))
        #expect(play(fiveFailures).state == .open(until: Self.moment(64)))
        let interrupted = fiveFailures.dropLast() + [.succeed(4), .fail(5), .admits(5, true)]
        #expect(play(Array(interrupted)).state == .closed(failures: 1))
    }

    @Test("Open for 60 s, then one attempt is let through and no second one")
    func halfOpen() {
        let steps = fiveFailures + [.denied(5), .denied(63), .admits(64, true), .denied(64)]
        #expect(play(steps).state == .probing)
        #expect(play(steps + [.denied(10_000)]).state == .probing)
    }

    @Test("The probe decides: closed again, open for another 60 s, or asked once more")
    func probe() {
        let probing = fiveFailures + [.admits(64, true)]
        #expect(play(probing + [.succeed(65), .admits(65, true)]).state == .closed(failures: 0))
        let failed = play(probing + [.fail(70), .denied(71), .denied(129)])
        #expect(failed.state == .open(until: Self.moment(130)))
        #expect(play(probing + [.abandon(66), .admits(66, true), .denied(66)]).state == .probing)
    }

    @Test("A clock that was set back does not keep it open")
    func clockSetBack() {
        let steps = fiveFailures + [.denied(6), .admits(-3_600, true)]
        #expect(play(steps).state == .probing)
    }

    @Test("When it may be tried next is known beforehand")
    func next() {
        let now = Self.moment(10)
        #expect(play([]).opensAgain(after: now) == now)
        #expect(play(fiveFailures).opensAgain(after: now) == Self.moment(64))
        #expect(play(fiveFailures).opensAgain(after: Self.moment(99)) == Self.moment(99))
        #expect(play(fiveFailures + [.admits(64, true)]).opensAgain(after: now) == .distantFuture)
    }
}
