import CSQLiteBatch

/// `p50(x)`, `p95(x)`, `p99(x)` and `quantile(x, q)` as SQL aggregates: linear interpolation between
/// closest ranks, NULLs left out, NULL where nothing is left.
enum QuantileFunctions {
    static func register(_ connection: OpaquePointer) {
        for (name, rank) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
            register(name, arguments: 1, rank: rank, connection)
        }
        register("quantile", arguments: 2, rank: .nan, connection)
    }

    private static func register(
        _ name: String,
        arguments: Int32,
        rank: Double,
        _ connection: OpaquePointer
    ) {
        // Freed by SQLite, when the connection closes, through the last closure.
        let fixedRank = Unmanaged.passRetained(FixedRank(rank)).toOpaque()
        sqlite3_create_function_v2(
            connection,
            name,
            arguments,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC,
            fixedRank,
            nil,
            { context, count, values in
                QuantileFunctions.step(context, count: count, values: values)
            },
            { context in QuantileFunctions.finish(context) },
            { rank in
                if let rank { Unmanaged<FixedRank>.fromOpaque(rank).release() }
            }
        )
    }

    private final class FixedRank {
        let rank: Double
        init(_ rank: Double) { self.rank = rank }
    }

    private final class Samples {
        var values: [Double] = []
        var rank: Double
        init(rank: Double) { self.rank = rank }
    }

    private static func step(
        _ context: OpaquePointer?,
        count: Int32,
        values: UnsafeMutablePointer<OpaquePointer?>?
    ) {
        guard let values, let samples = samples(context, makes: true) else { return }
        if count == 2 { samples.rank = sqlite3_value_double(values[1]) }
        guard sqlite3_value_type(values[0]) != SQLITE_NULL else { return }
        samples.values.append(sqlite3_value_double(values[0]))
    }

    private static func finish(_ context: OpaquePointer?) {
        guard let samples = samples(context, makes: false) else {
            return sqlite3_result_null(context)
        }
        defer { Unmanaged.passUnretained(samples).release() }
        guard samples.rank >= 0, samples.rank <= 1 else {
            return sqlite3_result_error(context, "quantile: q must lie between 0 and 1", -1)
        }
        guard !samples.values.isEmpty else { return sqlite3_result_null(context) }
        samples.values.sort()
        let place = samples.rank * Double(samples.values.count - 1)
        let below = samples.values[Int(place.rounded(.down))]
        let above = samples.values[Int(place.rounded(.up))]
        sqlite3_result_double(context, below + (above - below) * (place - place.rounded(.down)))
    }

    /// The values of the group at hand, kept in SQLite's memory for it as a retained pointer.
    private static func samples(_ context: OpaquePointer?, makes: Bool) -> Samples? {
        let size = makes ? Int32(MemoryLayout<UnsafeMutableRawPointer?>.size) : 0
        guard let place = sqlite3_aggregate_context(context, size) else { return nil }
        let slot = place.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
        if let known = slot.pointee {
            return Unmanaged<Samples>.fromOpaque(known).takeUnretainedValue()
        }
        guard makes, let fixed = sqlite3_user_data(context) else { return nil }
        let rank = Unmanaged<FixedRank>.fromOpaque(fixed).takeUnretainedValue().rank
        let samples = Samples(rank: rank)
        slot.pointee = Unmanaged.passRetained(samples).toOpaque()
        return samples
    }
}
