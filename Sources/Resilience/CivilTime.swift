package import AgentEvents

/// A moment as a date and a time of day, in UTC.
package struct CivilTime: Sendable, Hashable {
    package var year: Int
    /// From 1.
    package var month: Int
    /// From 1.
    package var day: Int
    /// Seconds since midnight.
    package var secondOfDay: Int
    /// Microseconds of the second.
    package var micros: Int64 = 0

    package init(year: Int, month: Int, day: Int, secondOfDay: Int) {
        self.year = year
        self.month = month
        self.day = day
        self.secondOfDay = secondOfDay
    }

    /// The date and time of a moment; years are counted from March inside, so that a leap day is
    /// the last of its year (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    package init(_ moment: Timestamp) {
        let micros = moment.micros.modulo(Micros.day)
        let days = Int((moment.micros - micros) / Micros.day) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        secondOfDay = Int(micros / Micros.second)
        self.micros = micros % Micros.second
    }

    /// The moment.
    package var timestamp: Timestamp {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = Int64(era * 146_097 + dayOfEra - 719_468)
        return Timestamp(
            micros: days * Micros.day + Int64(secondOfDay) * Micros.second + micros
        )
    }

    /// RFC 3339 text with no more decimals than needed: `2026-11-24T02:25:44.5Z`.
    package var rfc3339: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let years = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
        let minutes = secondOfDay / 60
        let clock = "\(two(minutes / 60)):\(two(minutes % 60)):\(two(secondOfDay % 60))"
        var decimals = String(String(1_000_000 + micros).dropFirst())
        while decimals.hasSuffix("0") { decimals.removeLast() }
        let part = decimals.isEmpty ? "" : ".\(decimals)"
        return "\(years)-\(two(month))-\(two(day))T\(clock)\(part)Z"
    }
}
