package import Resilience

/// How one attempt at a delivery went.
package struct AttemptResult: Sendable, Hashable {
    package var verdict: AttemptVerdict
    /// What went wrong, without secrets and on one line; nil where nothing did.
    package var problem: String?

    package init(verdict: AttemptVerdict, problem: String? = nil) {
        self.verdict = verdict
        self.problem = problem
    }

    /// It has arrived.
    package static let accepted = AttemptResult(verdict: .accepted)

    /// It may succeed later.
    package static func again(_ problem: String) -> AttemptResult {
        AttemptResult(verdict: .again(after: nil), problem: problem)
    }

    /// It will never succeed.
    package static func refused(_ problem: String) -> AttemptResult {
        AttemptResult(verdict: .refused, problem: problem)
    }
}
