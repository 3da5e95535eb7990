/// What units can be grouped and filtered by.
///
/// Raw values are the words of `--by` and `--where`.
package enum Dimension: String, Sendable, CaseIterable {
    case agent
    case model
    case provider
    case tool
    /// The class of an error.
    case error
    case user
    case session
    case outcome
    case minute
    case hour
    case day

    /// Whether its values are stretches of time.
    package var isTime: Bool {
        switch self {
        case .minute, .hour, .day: true
        case .agent, .model, .provider, .tool, .error, .user, .session, .outcome: false
        }
    }
}
