package import AgentEvents

/// What decoding needs to know besides the line.
package struct DecodingOptions: Sendable {
    /// Whether prompts and other content stay in attributes, in place of their length and hash.
    package var keepContent: Bool
    /// The present; a timestamp more than a day after it is out of range.
    package var now: Timestamp
    /// Which end of a call the timestamps of this source name.
    package var timestampIs: TimestampMeaning

    package init(keepContent: Bool, now: Timestamp, timestampIs: TimestampMeaning = .end) {
        self.keepContent = keepContent
        self.now = now
        self.timestampIs = timestampIs
    }

    /// Which end of an event its logged timestamp is; stored events always hold the end.
    package enum TimestampMeaning: String, Sendable, CaseIterable {
        case end
        case start
    }
}
