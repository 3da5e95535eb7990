/// Something a store could not do: what was tried, what went wrong, what to do about it.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    /// What kind of trouble it is, for those who act on it.
    package enum Code: Sendable {
        /// No database at the path.
        case missing
        /// The file is not a database of ours.
        case foreign
        /// Written by a newer version.
        case newer
        /// Another process holds the lock.
        case busy
        /// The file cannot be read or written.
        case io
        /// Something in the file is not as it was written; trying again does not help.
        case damaged
        /// The disk is full; nothing was half-written, and it goes on when there is room.
        case full
        /// Another reader has moved a source's position, or the source is gone: read the positions
        /// again and go on from there.
        case moved
        /// A query that the store refuses.
        case refused
        /// A query for what has been pruned.
        case pruned
        /// A query that was given up, or took too long.
        case interrupted
    }

    package var code: Code
    /// The operation that failed, such as "opening agentwatch.db".
    package var operation: String
    package var cause: String
    /// What the reader can do.
    package var hint: String

    package init(_ code: Code, operation: String, cause: String, hint: String) {
        self.code = code
        self.operation = operation
        self.cause = cause
        self.hint = hint
    }

    /// One line.
    package var description: String { "\(operation): \(cause); \(hint)" }
}
