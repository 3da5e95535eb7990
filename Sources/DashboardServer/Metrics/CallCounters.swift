import AgentEvents
import EventStorage
import Synchronization

/// The calls that were stored since the start, whoever stored them: counted from the store when
/// they are asked for, each once, so that counting costs the writer nothing.
final class CallCounters: Sendable {
    /// Whose calls they are.
    struct Series: Hashable, Sendable {
        var kind: String
        var agent: String
        var subject: String
        var succeeded: Bool

        static let other = "other"
    }

    /// Latencies by their bounds.
    struct Histogram: Sendable {
        /// One for each bound, and one above the last; not added up.
        var counts = [Int64](repeating: 0, count: CallCounters.bounds.count + 1)
        /// The sum of latencies in microseconds.
        var sum: Int64 = 0
    }

    /// What was counted.
    struct Counts: Sendable {
        fileprivate(set) var calls: [Series: Int64] = [:]
        /// The histograms of latency by kind and model or tool.
        fileprivate(set) var latencies: [Series: Histogram] = [:]
        fileprivate var last: Int64
    }

    /// Upper bounds in seconds.
    static let bounds: [Double] = [
        0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1_200,
    ]
    /// Label sets of each family; what comes later is counted as `other`.
    private static let maxSeries = 500
    /// The number of events that are read at a time.
    private static let step: Int64 = 100_000

    private let state: Mutex<Counts>

    /// `last`: the store's `newestEventNumber` at the start.
    init(after last: Int64) { state = Mutex(Counts(last: last)) }

    /// The counts with everything that is stored by now.
    ///
    /// Linear in what was stored since the last call.
    func counts(from store: any EventStore) throws -> Counts {
        try state.withLock { state in
            let newest = try store.newestEventNumber()
            while state.last < newest {
                let end = min(newest, state.last + Self.step)
                var part = Part()
                try store.forEachCall(above: state.last, upTo: end) { part.add($0) }
                try part.add(to: &state, store)
                state.last = end
            }
            return state
        }
    }

    /// Counts by the store's numbers for names.
    private struct Part {
        struct Key: Hashable {
            var kind: EventKind
            var agent: NameIndex
            var subject: NameIndex
            var succeeded: Bool
        }

        var calls: [Key: Histogram] = [:]
        var counts: [Key: Int64] = [:]

        mutating func add(_ units: [CallUnit]) {
            for unit in units {
                let key = Key(
                    kind: unit.kind,
                    agent: unit.agent,
                    subject: unit.subject,
                    succeeded: unit.succeeded
                )
                counts[key, default: 0] += 1
                guard let latency = unit.latency.value else { continue }
                let seconds = Double(latency) / Double(Micros.second)
                let place = CallCounters.bounds.firstIndex { seconds <= $0 }
                let bin = place ?? CallCounters.bounds.count
                calls[key, default: Histogram()].counts[bin] += 1
                calls[key, default: Histogram()].sum += latency
            }
        }

        func add(to state: inout Counts, _ store: any EventStore) throws {
            var names: [NameIndex: String] = [:]
            try store.read { snapshot in
                for key in counts.keys {
                    for index in [key.agent, key.subject] where names[index] == nil {
                        names[index] = try snapshot.name(index) ?? ""
                    }
                }
            }
            for (key, count) in counts {
                var series = Series(
                    kind: key.kind == .toolCall ? "tool" : "llm",
                    agent: names[key.agent] ?? "",
                    subject: names[key.subject] ?? "",
                    succeeded: key.succeeded
                )
                state.calls[CallCounters.bounded(series, state.calls), default: 0] += count
                guard let added = calls[key] else { continue }
                series.agent = ""
                series.succeeded = true
                let place = CallCounters.bounded(series, state.latencies)
                state.latencies[place, default: Histogram()].sum += added.sum
                for bin in added.counts.indices {
                    state.latencies[place, default: Histogram()].counts[bin] += added.counts[bin]
                }
            }
        }
    }

    private static func bounded<Value>(_ series: Series, _ known: [Series: Value]) -> Series {
        guard known[series] == nil, known.count >= maxSeries else { return series }
        var other = series
        other.agent = series.agent.isEmpty ? "" : Series.other
        other.subject = Series.other
        return other
    }
}
