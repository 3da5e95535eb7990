/// A moment as whole microseconds since 1970-01-01T00:00:00Z.
///
/// Integer, so that sums and comparisons never depend on the order of the events. A time zone is
/// applied only where days are cut or times are shown.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var micros: Int64

    @inlinable
    package init(micros: Int64) { self.micros = micros }

    /// The first moment that a log may name: 2015-01-01T00:00:00Z.
    package static let earliestAccepted = Timestamp(micros: 1_420_070_400_000_000)
    /// Earlier than every event.
    package static let distantPast = Timestamp(micros: Int64.min / 4)
    /// Later than every event.
    package static let distantFuture = Timestamp(micros: Int64.max / 4)

    @inlinable
    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.micros < right.micros }
    /// Stops at the first and last moment that can be told, since a damaged store may hold any number.
    @inlinable
    package static func + (left: Timestamp, micros: Int64) -> Timestamp {
        let (sum, isBeyond) = left.micros.addingReportingOverflow(micros)
        return Timestamp(micros: isBeyond ? (micros > 0 ? .max : .min) : sum)
    }
    /// Stops as `+` does.
    @inlinable
    package static func - (left: Timestamp, micros: Int64) -> Timestamp {
        let (difference, isBeyond) = left.micros.subtractingReportingOverflow(micros)
        return Timestamp(micros: isBeyond ? (micros > 0 ? .min : .max) : difference)
    }

    /// The start of the whole minute that holds this moment.
    package var flooredToMinute: Timestamp {
        Timestamp(micros: micros - micros.modulo(Micros.minute))
    }
}

/// Lengths of time in microseconds.
package enum Micros {
    package static let millisecond: Int64 = 1_000
    package static let second: Int64 = 1_000_000
    package static let minute: Int64 = 60 * second
    package static let hour: Int64 = 60 * minute
    package static let day: Int64 = 24 * hour
}

extension Int64 {
    /// The remainder that is never negative, so that times before 1970 fall into the right bucket.
    package func modulo(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}

extension Timestamp: Codable {
    /// Reads microseconds since 1970.
    package init(from decoder: any Decoder) throws {
        self.init(micros: try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Writes microseconds since 1970.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(micros)
    }
}
