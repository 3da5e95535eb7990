package import AgentEvents

/// One record of a log, freed of what a container runtime or the journal wrapped it in.
///
/// An ordinary line is a record as it stands.
package struct LogRecord {
    /// Its text without a line feed at the end.
    ///
    /// 64 readable bytes follow it in memory. It holds until the assembler takes the next line. Of a
    /// record that is too long, at least `LineRejection.keptBytes` bytes.
    package var bytes: UnsafeRawBufferPointer
    /// Where its first line begins in the source.
    package var offset: Int64
    /// The length of its text in bytes, which is above `bytes.count` where it is too long.
    package var length: Int64
    /// How many lines of the source it is made of, at least 1.
    ///
    /// One of them counts as what becomes of the record, the others as joined.
    package var lines: Int64
    /// Set where there is nothing to decode.
    package var rejection: RejectionReason?
}
