package import AgentEvents

/// What lies at a path now.
package struct FileStatus: Sendable, Equatable {
    /// Bytes; `nil` where there is nothing, or it cannot be looked at.
    package var size: Int64?
    package var inode: Int64 = 0
    package var written = Timestamp.distantPast
    /// The error number where there is no size.
    package var error: Int32 = 0

    package init() {}
}
