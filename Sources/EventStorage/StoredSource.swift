package import AgentEvents

/// A source with what became of its lines.
package struct StoredSource: Sendable {
    package var position: SourcePosition
    package var ledger: SourceLedger
    /// When it was first seen.
    package var firstRead: Timestamp
    /// When something of it was last stored.
    package var lastRead: Timestamp
    package var lastError: String?
    /// Dropped optional fields by field name.
    package var fieldErrors: [String: Int64]
    /// Lines read in the five minutes before now, to the whole minute.
    package var recentLines: Int64 = 0
    /// Since when it has bytes that are not read; `nil` when all is read, as far as is known.
    package var behindSince: Timestamp?
    /// The latest time that an event of it has.
    package var newestEvent: Timestamp?

    package init(
        position: SourcePosition,
        ledger: SourceLedger,
        firstRead: Timestamp,
        lastRead: Timestamp,
        lastError: String?,
        fieldErrors: [String: Int64]
    ) {
        self.position = position
        self.ledger = ledger
        self.firstRead = firstRead
        self.lastRead = lastRead
        self.lastError = lastError
        self.fieldErrors = fieldErrors
    }
}
