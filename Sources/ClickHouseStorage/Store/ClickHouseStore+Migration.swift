package import AgentEvents
package import EventStorage

/// What is read to make a store on one machine of all that the machines have sent.
extension ClickHouseStore {
    /// A part of the events, of one minute or of some that follow one another.
    package struct EventPart: Sendable, Equatable {
        /// Since 1970.
        package var minutes: ClosedRange<Int64>
        /// Which of how many parts of a minute with very many events.
        package var part: Int64 = 0
        package var parts: Int64 = 1
        package var events: Int64
    }

    /// All events in parts of about `size`, in the order of time; the same as long as nothing is written.
    package func eventParts(size: Int64) throws -> [EventPart] {
        let minutes: [(minute: Int64, events: Int64)] = try connection.all(
            """
            SELECT toInt64(minute), toInt64(count()) FROM events FINAL WHERE removed = 0
            GROUP BY minute ORDER BY minute
            """,
            operation: "counting events"
        ) { (try $0.integer(), try $0.integer()) }
        var parts: [EventPart] = []
        for (minute, events) in minutes {
            if let last = parts.last, last.parts == 1, last.events + events <= size {
                parts[parts.count - 1].minutes = last.minutes.lowerBound...minute
                parts[parts.count - 1].events += events
                continue
            }
            let pieces = max(1, (events + size - 1) / size)
            for piece in 0..<pieces {
                parts.append(
                    EventPart(
                        minutes: minute...minute,
                        part: piece,
                        parts: pieces,
                        events: events / pieces
                    )
                )
            }
        }
        return parts
    }

    package func events(in part: EventPart) throws -> LoggedEvents {
        let reader = EventRowReader(
            connection: connection,
            names: ClusterNames.of(connection.address)
        )
        let condition = """
            minute >= \(part.minutes.lowerBound) AND minute <= \(part.minutes.upperBound)
                AND number % \(part.parts) = \(part.part)
            """
        return LoggedEvents(try reader.events(condition), names: reader.names)
    }

    /// What all machines together say of their agents.
    package func agents() throws -> [WriterStanding.Agent] {
        try connection.all(
            """
            SELECT agent, CAST(min(ends_tasks_since) AS Nullable(Int64)), sum(completed), sum(decided)
            \(ClickHouseSnapshot.currentAgents) GROUP BY agent
            """,
            operation: "reading agents"
        ) { row in
            let name = try row.string()
            var agent = WriterStanding.Agent(name: name.isEmpty ? nil : name)
            agent.endsTasksSince = try row.optional(Int64.self).map(Timestamp.init(micros:))
            agent.completed = try row.integer()
            agent.decided = try row.integer()
            return agent
        }
    }

    /// What became of the lines of all machines, by the minute in which they were read.
    package func ledgers() throws -> [(minute: Timestamp, ledger: SourceLedger)] {
        let sums = SourceLedger.counts.map { "sum(\($0.name))" }.joined(separator: ", ")
        return try connection.all(
            "SELECT minute, \(sums) FROM ledger FINAL GROUP BY minute ORDER BY minute",
            operation: "reading the ledger"
        ) { row in
            let minute = Timestamp(micros: try row.integer())
            var ledger = SourceLedger()
            for count in SourceLedger.counts { ledger[keyPath: count.path] = try row.integer() }
            return (minute, ledger)
        }
    }

    /// What is stored of each day, counted from the rows.
    ///
    /// `writer`: only what this one has sent; `nil` for everything.
    package func daySums(of writer: Int64?) throws -> [DaySums] {
        let condition = "removed = 0" + (writer.map { " AND writer = \($0)" } ?? "")  // all of them
        let events = try connection.all(
            """
            SELECT intDiv(timestamp, 86400000000), toInt64(count()), sum(ifNull(uncached_input, 0)
                + ifNull(cache_read, 0) + ifNull(cache_write, 0) + ifNull(cache_write_1h, 0)
                + ifNull(output, 0)), sum(ifNull(cost, 0))
            FROM events FINAL WHERE \(condition) GROUP BY intDiv(timestamp, 86400000000)
            """,
            operation: "adding up events"
        ) { row in
            var sums = DaySums(day: try row.integer())
            sums.events = try row.integer()
            sums.tokens = try row.integer()
            sums.cost = try row.integer()
            return sums
        }
        let requests = try connection.all(
            """
            SELECT intDiv(ended_at, 86400000000), toInt64(count()), sum(ifNull(cost, 0))
            FROM requests FINAL WHERE \(condition) GROUP BY intDiv(ended_at, 86400000000)
            """,
            operation: "adding up requests"
        ) { row in
            var sums = DaySums(day: try row.integer())
            sums.requests = try row.integer()
            sums.requestCost = try row.integer()
            return sums
        }
        return DaySums.merged([events, requests])
    }
}
