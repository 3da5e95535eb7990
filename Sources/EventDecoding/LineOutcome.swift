package import AgentEvents

/// What became of one line; always exactly one of these.
package enum LineOutcome: Sendable, Equatable {
    /// The event was appended to the batch; the fields named were dropped from it.
    case event(fieldErrors: FieldErrors)
    /// It looked like an event and was not taken.
    case rejected(RejectionReason)
    /// No event at all: plain text, or JSON without `event`.
    case skipped
    /// Nothing but white space and NULs.
    case blank
}

// A rejection ends the decoding of its line wherever it is found.
extension RejectionReason: Error {}
