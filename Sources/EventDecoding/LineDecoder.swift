package import AgentEvents

/// Decodes lines of the native format, one after the other, into events of a batch.
///
/// Holds the memory that a line needs, so that an ordinary line allocates nothing. For one reader
/// at a time. A line is any bytes: every line has exactly one outcome, and none stops the decoder.
package final class LineDecoder {
    private let options: DecodingOptions
    private var latest: Timestamp
    private let parser: LineParser
    private let attributes: AttributesWriter

    package init(options: DecodingOptions) {
        let table = KeyTable()
        self.options = options
        latest = options.now + Micros.day
        parser = LineParser(table: table)
        attributes = AttributesWriter(table: table, keepContent: options.keepContent)
    }

    /// Moves the present, a day past which timestamps are accepted; `options.now` until then.
    package func advance(to now: Timestamp) { latest = now + Micros.day }

    /// Decodes one line without its line feed, after which 64 bytes are readable in memory.
    ///
    /// `offset` is where the line begins in its source, and `source` the index in the batch's
    /// sources; both are written into the event.
    package func decode(
        _ line: UnsafeRawBufferPointer,
        offset: Int64,
        source: UInt32,
        into batch: inout EventBatch
    ) -> LineOutcome {
        guard line.count <= LineRejection.maxLineBytes else { return .rejected(.lineTooLong) }
        switch LineText(line, isFirst: offset == 0) {
        case .blank: return .blank
        case .plain: return .skipped
        case .object(let json):
            var fields: LineFields
            do throws(RejectionReason) {
                fields = try parser.fields(of: json)
            } catch {
                return .rejected(error)
            }
            guard fields.present.contains(.event) else { return .skipped }
            do throws(RejectionReason) {
                var event = try event(
                    from: &fields,
                    source: source,
                    offset: offset,
                    into: &batch
                )
                event.attributes = attributes.write(fields, of: event, into: &batch)
                batch.events.append(event)
                return .event(fieldErrors: fields.errors)
            } catch {
                return .rejected(error)
            }
        }
    }

    /// Whether a line holds one whole JSON object: then it is complete, though its line end is not
    /// written yet.
    package func isWholeJSON(_ line: UnsafeRawBufferPointer) -> Bool {
        guard case .object(let json) = LineText(line, isFirst: true) else { return false }
        return parser.isValid(json)
    }

    /// Everything but the attributes.
    private func event(
        from fields: inout LineFields,
        source: UInt32,
        offset: Int64,
        into batch: inout EventBatch
    ) throws(RejectionReason) -> AgentEvent {
        let kind = EventKind(named: try fields.required(.event, atMost: 256, else: .badEvent))
        // A line that is rejected after all must leave nothing in the batch, so what can reject it
        // is read first.
        try fields.checkRequired(of: kind)
        let timestamp = try fields.timestamp()
        guard timestamp >= .earliestAccepted, timestamp <= latest else {
            throw .timestampOutOfRange
        }
        var event = AgentEvent(kind: kind, source: source, offset: offset, timestamp: timestamp)
        event.outcomeCode = try fields.outcomeCode(of: kind)
        let success = kind.isCall ? try fields.success() : nil
        fields.readRequest(of: &event, into: &batch)
        fields.readIdentities(of: &event, into: &batch)
        switch kind {
        case .llmCall: fields.readLLMCall(into: &event, success, &batch)
        case .toolCall: fields.readToolCall(into: &event, success, &batch)
        case .taskEnd: fields.readTaskEnd(into: &event, &batch)
        case .escalation: fields.readEscalation()
        case .retry: fields.readRetry(into: &event, &batch)
        case .circuitBreaker: fields.readBreaker(into: &event, &batch)
        case .generic: fields.readGeneric(into: &event, &batch)
        }
        if options.timestampIs == .start, let latency = event.latency.value {
            event.timestamp = event.timestamp + latency
        }
        return event
    }
}

extension EventKind {
    /// The kind that an `event` value names.
    fileprivate init(named text: UnsafeRawBufferPointer) {
        if text.isEqual(to: "llm_call") {
            self = .llmCall
        } else if text.isEqual(to: "tool_call") {
            self = .toolCall
        } else if text.isEqual(to: "task_end") {
            self = .taskEnd
        } else if text.isEqual(to: "escalation") {
            self = .escalation
        } else if text.isEqual(to: "retry") {
            self = .retry
        } else if text.isEqual(to: "circuit_breaker") {
            self = .circuitBreaker
        } else {
            self = .generic
        }
    }
}

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
