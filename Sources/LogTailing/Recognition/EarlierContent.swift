import AgentEvents

/// What was read of a file before it was truncated.
///
/// Many programs save a file by truncating it and writing all of it again. Truncation alone does
/// not tell that from a log that begins anew, so the content decides.
struct EarlierContent: Sendable {
    /// The position as it was handed on to be stored.
    var position: SourcePosition
    private let head: [UInt8]

    /// How many first bytes are kept: enough for a line to differ from the first line of another
    /// log.
    static let headLength = 512
    private static let minHeadLength = 64

    /// `nil` where so few bytes were read that another log may begin with them.
    init?(position: SourcePosition, head: [UInt8]) {
        guard head.count >= Self.minHeadLength else { return nil }
        self.position = position
        self.head = head
    }

    /// Whether a shorter content may be the beginning of this one, as far as its first bytes tell.
    func begins(with first: [UInt8]) -> Bool {
        first.prefix(head.count).elementsEqual(head.prefix(first.count))
    }
}
