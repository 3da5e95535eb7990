import AgentEvents
import Notifications
import Resilience
import Synchronization

/// A clock that stands still until it is told to go on.
final class SimulatedClock: Sendable {
    private let moment = Mutex(Samples.start)

    var now: Timestamp { moment.withLock { $0 } }

    func advance(seconds: Int64) { moment.withLock { $0 = $0 + seconds * Micros.second } }

    var surroundings: DeliveryService.Surroundings {
        DeliveryService.Surroundings(now: { self.now }, sleep: { _ in }, seed: 42)
    }
}

/// Answers as scripted, and keeps what it carried.
///
/// A receiver of the kind `log` stands for all: its lines hold the rule and the state.
final class ScriptedTransport: Transport {
    /// What was carried at one attempt.
    struct Attempt: Sendable {
        var lines: [String]
        var result: AttemptResult
    }

    private let answer: @Sendable (_ attempt: Int, _ lines: [String]) -> AttemptResult
    private let kept = Mutex([Attempt]())

    init(_ answer: @escaping @Sendable (_ attempt: Int, _ lines: [String]) -> AttemptResult) {
        self.answer = answer
    }

    var attempts: [Attempt] { kept.withLock { $0 } }

    func carry(_ outgoing: Outgoing, timeout: Int64) async -> AttemptResult {
        guard case .lines(let lines) = outgoing else { return .refused("not scripted") }
        let texts = lines.map(\.text)
        return kept.withLock { kept in
            let result = answer(kept.count, texts)
            kept.append(Attempt(lines: texts, result: result))
            return result
        }
    }
}
