/// Why a line that looked like an event was not taken.
///
/// Raw values are stored in `rejects.reason`.
package enum RejectionReason: String, Sendable, CaseIterable {
    case invalidJSON = "invalid_json"
    case invalidUTF8 = "invalid_utf8"
    case lineTooLong = "line_too_long"
    case nestedTooDeep = "nested_too_deep"
    case badEvent = "bad_event"
    case badRequestID = "bad_request_id"
    case badModel = "bad_model"
    case badTool = "bad_tool"
    case badTimestamp = "bad_timestamp"
    case timestampOutOfRange = "timestamp_out_of_range"
    case badOutcome = "bad_outcome"
    case badState = "bad_state"
    case badSuccess = "bad_success"
    /// A journal entry of which `journalctl` left the message out.
    case messageLeftOut = "message_left_out"
    /// Not a rejection: the line is no event at all, and was kept as an example.
    case notAnEvent = "not_an_event"

    /// What it means and what to do, for people.
    package var explanation: String {
        switch self {
        case .invalidJSON: "starts with { but is not valid JSON (often a torn or truncated line)"
        case .invalidUTF8: "holds bytes that are not UTF-8"
        case .lineTooLong: "is longer than 16 MiB"
        case .nestedTooDeep: "nests objects or arrays more than 512 levels deep"
        case .badEvent: "`event` is not a non-empty string of at most 256 bytes"
        case .badRequestID: "`request_id` is missing, empty, no string, or over 1,024 bytes"
        case .badModel: "`model` is missing, empty, no string, or over 1,024 bytes"
        case .badTool: "`tool` is missing, empty, no string, or over 1,024 bytes"
        case .badTimestamp: "`timestamp` is missing, or neither Unix time nor RFC 3339"
        case .timestampOutOfRange: "`timestamp` is before 2015 or more than a day in the future"
        case .badOutcome: "`outcome` is none of completed, failed, escalated, abandoned"
        case .badState: "`state` is none of open, half-open, closed"
        case .badSuccess: "`success` is none of true, false, \"true\", \"false\", 0, 1"
        case .messageLeftOut:
            "is a journal entry without its message, for which it was too long; "
                + "export it with: journalctl -o json --all"
        case .notAnEvent: "is not an event: plain text, or JSON without `event`"
        }
    }
}

/// A line that was not taken, with where it stood and why.
package struct LineRejection: Sendable, Equatable {
    package var offset: Int64
    package var reason: RejectionReason
    /// The first bytes of the line, at most 64 KiB, with secrets masked.
    package var bytes: [UInt8]
    /// Length of the whole line in bytes, without its line end.
    package var length: Int64

    package init(offset: Int64, reason: RejectionReason, bytes: [UInt8], length: Int64) {
        self.offset = offset
        self.reason = reason
        self.bytes = bytes
        self.length = length
    }

    /// About how much memory it takes, in bytes.
    package var memory: Int { bytes.count + Self.overhead }

    /// The fields, and what an array of bytes takes beside its content.
    private static let overhead = 96

    /// How much of a rejected line is kept.
    package static let keptBytes = 64 << 10
    /// How long a line may be.
    package static let maxLineBytes = 16 << 20
}
