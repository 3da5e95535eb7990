import AgentEvents
import EventStorage

/// The rows of `events` that a shipment makes.
struct EventRows {
    static let columns = """
        minute, writer, number, version, removed, kind, timestamp, request_id, request_hash, agent, user, session,
        subject, provider, error_class, error_text, stop_reason, outcome, flags, latency, ttft, uncached_input,
        cache_read, cache_write, cache_write_1h, output, reasoning, cost, context_window, arguments_hash, attempt,
        source, line_offset, event_id, parent_id, attributes
        """

    private let shipment: Shipment
    private let events: ShippedEvents
    private let sources: [[UInt8]]
    private var rows = RowBinaryWriter()

    /// The rows of a shipment, in as many blocks as the server wants.
    static func blocks(_ events: ShippedEvents, of shipment: Shipment) -> [RowBinaryWriter] {
        let stored = events.batch.events
        let minutes = stored.map { $0.timestamp.micros / Micros.minute }
        return PartitionGroups.of(minutes + events.removed.map(\.minute)).map { places in
            var block = EventRows(events, of: shipment)
            for place in places {
                if place < stored.count {
                    block.add(stored[place], events.numbers[place])
                } else {
                    let removed = events.removed[place - stored.count]
                    block.addRemoved(removed.number, minute: removed.minute)
                }
            }
            return block.rows
        }
    }

    private init(_ events: ShippedEvents, of shipment: Shipment) {
        (self.shipment, self.events) = (shipment, events)
        sources = events.sources.map { Array($0.utf8) }
    }

    private mutating func begin(minute: Int64, number: Int64, isRemoved: Bool) {
        rows.put(UInt32(truncatingIfNeeded: minute))
        rows.put(shipment.writer)
        rows.put(number)
        rows.put(shipment.version)
        rows.put(UInt8(isRemoved ? 1 : 0))
    }

    private mutating func add(_ event: AgentEvent, _ number: Int64) {
        begin(minute: event.timestamp.micros / Micros.minute, number: number, isRemoved: false)
        rows.put(event.kind.rawValue)
        rows.put(event.timestamp.micros)
        if event.request.isNone {
            rows.put(text: [])
            rows.put(UInt64(0))
        } else {
            let id = events.batch.requestIDs[event.request.rawValue]
            rows.put(text: id)
            rows.put(RequestHash.of(id))
        }
        put(event.agent)
        put(event.user)
        put(event.session)
        put(event.subject)
        put(event.provider)
        rows.put(event.errorClassCode)
        put(event.errorText)
        put(event.stopReason)
        rows.put(event.outcomeCode)
        rows.put(event.flags.rawValue)
        putNumbers(event)
        rows.put(text: sources[Int(event.source)])
        rows.put(event.offset)
        put(event.eventID)
        put(event.parentID)
        put(event.attributes)
    }

    /// One by one, since a list of them would be made for each event.
    private mutating func putNumbers(_ event: AgentEvent) {
        rows.put(optional: event.latency.value)
        rows.put(optional: event.timeToFirstToken.value)
        rows.put(optional: event.uncachedInput.value)
        rows.put(optional: event.cacheRead.value)
        rows.put(optional: event.cacheWrite.value)
        rows.put(optional: event.cacheWriteHour.value)
        rows.put(optional: event.output.value)
        rows.put(optional: event.reasoning.value)
        rows.put(optional: event.cost.value)
        rows.put(optional: event.contextWindow.value)
        rows.put(optional: event.argumentsHash.value)
        rows.put(optional: event.attempt.value)
    }

    private mutating func addRemoved(_ number: Int64, minute: Int64) {
        begin(minute: minute, number: number, isRemoved: true)
        rows.put(UInt8(0))
        rows.put(Int64(0))
        rows.put(text: [])
        rows.put(UInt64(0))
        for _ in 0..<5 { rows.put(text: []) }
        rows.put(UInt8(0))
        for _ in 0..<2 { rows.put(text: []) }
        for _ in 0..<2 { rows.put(UInt8(0)) }
        for _ in 0..<12 { rows.put(optional: nil as Int64?) }
        rows.put(text: [])
        rows.put(Int64(0))
        for _ in 0..<3 { rows.putNull() }
    }

    private mutating func put(_ name: NameIndex) {
        // Without the byte that says what it names.
        rows.put(text: name.isNone ? [] : events.batch.names[name.rawValue].dropFirst())
    }

    private mutating func put(_ text: TextIndex) {
        if text.isNone {
            rows.putNull()
        } else {
            rows.put(optionalText: events.batch.texts[text.rawValue])
        }
    }
}

/// The number that stands for a request id in tables.
enum RequestHash {
    static func of(_ id: some Sequence<UInt8> & Collection<UInt8>) -> UInt64 {
        let hash = id.withContiguousStorageIfAvailable {
            SipHash.hash(UnsafeRawBufferPointer($0))
        }
        return hash ?? Array(id).withUnsafeBytes { SipHash.hash($0) }
    }
}
