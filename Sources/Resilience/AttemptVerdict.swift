package import AgentEvents

/// What an attempt means for further ones.
package enum AttemptVerdict: Sendable, Hashable {
    /// It has arrived.
    case accepted
    /// A retry may succeed, after the given microseconds at the earliest where the receiver said
    /// so.
    case again(after: Int64?)
    /// It will never succeed as it is.
    case refused

    /// The longest that a receiver can make us wait, in microseconds.
    package static let maxRetryAfter = Micros.hour

    /// Judges an answer over HTTP: 408, 429 and 5xx may pass, everything else is final.
    ///
    /// Redirects are final as well, since they are not followed.
    ///
    /// - Parameters:
    ///   - status: the code of the answer.
    ///   - retryAfter: the header of that name, which counts with 429 and 503 (RFC 9110, 10.2.3).
    ///   - now: the time of the answer.
    /// - Returns: what the answer means.
    package static func ofHTTP(
        status: Int,
        retryAfter: String? = nil,
        now: Timestamp
    ) -> AttemptVerdict {
        switch status {
        case 200..<300: .accepted
        case 429, 503: .again(after: retryAfter.flatMap { RetryAfter.delay($0, now: now) })
        case 408, 500..<600: .again(after: nil)
        default: .refused
        }
    }
}
