package import AgentEvents

/// How long the buckets of a cell are, in UTC.
///
/// Time zones are offset by quarters of an hour, so that every zone's days are whole quarters.
package enum BucketWidth: UInt8, Sendable, CaseIterable {
    case minute = 1
    case quarter = 2
    case hour = 3
    case day = 4

    /// Microseconds.
    package var length: Int64 {
        switch self {
        case .minute: Micros.minute
        case .quarter: 15 * Micros.minute
        case .hour: Micros.hour
        case .day: Micros.day
        }
    }

    /// The number of the bucket that holds a moment, counted from 1970.
    package func bucket(holding moment: Timestamp) -> Int64 {
        // Without a difference that a damaged time could overflow.
        let (bucket, rest) = moment.micros.quotientAndRemainder(dividingBy: length)
        return rest < 0 ? bucket - 1 : bucket
    }

    /// The narrower buckets that a bucket of this width consists of.
    package func buckets(of narrower: BucketWidth, in bucket: Int64) -> Range<Int64> {
        let many = length / narrower.length
        return bucket * many..<(bucket + 1) * many
    }

    /// When a bucket begins; the ends of time for buckets that lie beyond.
    package func start(of bucket: Int64) -> Timestamp {
        let (micros, isBeyond) = bucket.multipliedReportingOverflow(by: length)
        if isBeyond { return bucket < 0 ? .distantPast : .distantFuture }
        return Timestamp(micros: micros)
    }
}

/// The three series of cells.
package enum CellSeries: UInt8, Sendable, CaseIterable {
    /// LLM calls by agent, model, provider and error class, at the time when they ended.
    case llmCalls = 1
    /// Tool calls by agent, tool and error class, at the time when they ended.
    case toolCalls = 2
    /// Requests by agent and outcome, at the time when they closed.
    case requests = 3
}

extension CellSeries {
    /// Whether hours and days also have cells of all units with the same code together.
    ///
    /// Of requests each metric wants to know the agents, whatever is asked.
    package var hasTotals: Bool { self != .requests }
}

/// What the units of a cell have in common; names are the store's.
package struct CellKey: Sendable, Hashable {
    package var series: CellSeries
    package var agent: NameIndex
    /// The model or the tool; none for requests and for retry events.
    package var subject: NameIndex
    package var provider: NameIndex
    /// The raw `ErrorClass` of calls, 0 for none; of requests `RequestOutcome.code`.
    package var code: UInt8

    /// Stands for all names of a kind that came when there were too many to have cells of their
    /// own.
    package static let otherName = NameIndex(rawValue: .max)

    package init(
        series: CellSeries,
        agent: NameIndex,
        subject: NameIndex = .none,
        provider: NameIndex = .none,
        code: UInt8
    ) {
        self.series = series
        self.agent = agent
        self.subject = subject
        self.provider = provider
        self.code = code
    }

    package func hash(into hasher: inout Hasher) {
        // Two words, since this is asked for every call.
        hasher.combine(UInt64(agent.rawValue) << 32 | UInt64(subject.rawValue))
        hasher.combine(
            UInt64(provider.rawValue) << 16 | UInt64(code) << 8 | UInt64(series.rawValue)
        )
    }
}

extension RequestOutcome {
    /// The number that stands for it in keys.
    package var code: UInt8 {
        switch self {
        case .none: 0
        case .completed: 1
        case .failed: 2
        case .escalated: 3
        case .abandoned: 4
        case .unfinished: 5
        case .open: 6
        }
    }
}
