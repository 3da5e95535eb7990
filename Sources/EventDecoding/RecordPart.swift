/// What one line of a container's log holds: a record, or a part of one.
struct RecordPart {
    /// Which of a container's outputs was written to.
    enum Stream: Int {
        case stdout
        case stderr

        /// Nothing where the text names neither.
        init?(named text: UnsafeRawBufferPointer) {
            if text.isEqual(to: "stdout") {
                self = .stdout
            } else if text.isEqual(to: "stderr") {
                self = .stderr
            } else {
                return nil
            }
        }
    }

    let stream: Stream
    /// Whether the record ends with it.
    let isLast: Bool
    /// The text without the record's line feed; the token of a JSON string where `isEscaped`.
    let text: UnsafeRawBufferPointer
    let isEscaped: Bool
}
