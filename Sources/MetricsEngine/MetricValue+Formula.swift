/// The few shapes that formulas come in, so that each family says which one and not how.
extension MetricValue {
    /// A count or a sum of integers: never absent.
    static func total(_ value: Int64, n: Int64) -> MetricValue {
        MetricValue(.integer(value), n: n)
    }

    /// A sum that is shown in a larger unit than it is kept in.
    static func total(_ sum: Int128, scale: Int64, n: Int64) -> MetricValue {
        MetricValue(.real(quotient(sum, n: 1, scale: scale)), n: n)
    }

    /// A share of `n`.
    static func ratio(_ part: Int64, of n: Int64) -> MetricValue {
        MetricValue(n == 0 ? nil : .real(Double(part) / Double(n)), n: n)
    }

    /// A sum over `n` units in a larger unit than it is kept in.
    static func mean(_ sum: Int128, scale: Int64, n: Int64) -> MetricValue {
        MetricValue(n == 0 ? nil : .real(quotient(sum, n: n, scale: scale)), n: n)
    }

    /// One kept number, or none.
    static func single(_ value: Int64?, scale: Int64, n: Int64) -> MetricValue {
        guard let value else { return MetricValue(nil, n: n) }
        return MetricValue(
            scale == 1 ? .integer(value) : .real(quotient(Int128(value), n: 1, scale: scale)),
            n: n
        )
    }

    /// `sum / (n * scale)`, divided once.
    private static func quotient(_ sum: Int128, n: Int64, scale: Int64) -> Double {
        // The library turns 64 bits into a Double in one instruction and 128 bits in a long loop.
        let real = Int64(exactly: sum).map { Double($0) } ?? Double(sum)
        return real / (Double(n) * Double(scale))
    }
}

/// How many of the kept units make one of the shown unit.
enum Scale {
    /// Microseconds in a millisecond.
    static let milliseconds: Int64 = 1_000
    /// Microseconds in a second.
    static let seconds: Int64 = 1_000_000
    /// Nano-dollars in a dollar.
    static let dollars: Int64 = 1_000_000_000
    /// Shares are kept as 1e-9.
    static let share: Int64 = 1_000_000_000
    static let one: Int64 = 1
}
