package import AgentEvents

extension LineDecoder {
    /// Decodes a record as a line of its own.
    ///
    /// `source` is the index in the batch's sources; the event's offset is the record's.
    package func decode(
        _ record: LogRecord,
        source: UInt32,
        into batch: inout EventBatch
    ) -> LineOutcome {
        if let rejection = record.rejection { return .rejected(rejection) }
        return decode(record.bytes, offset: record.offset, source: source, into: &batch)
    }
}
