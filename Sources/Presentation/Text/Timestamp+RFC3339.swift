package import AgentEvents
package import MetricsEngine

/// A moment taken apart by the calendar.
package struct CalendarTime: Equatable {
    package var year: Int64
    package var month: Int64
    package var day: Int64
    package var hour: Int64
    package var minute: Int64
    package var second: Int64
    package var micros: Int64

    /// The offset is what is added to UTC, in microseconds.
    package init(_ moment: Timestamp, offset: Int64 = 0) {
        let local = moment.micros + offset
        let ofDay = local.modulo(Micros.day)
        (year, month, day) = Self.date(days: (local - ofDay) / Micros.day)
        hour = ofDay / Micros.hour
        minute = ofDay % Micros.hour / Micros.minute
        second = ofDay % Micros.minute / Micros.second
        micros = ofDay % Micros.second
    }

    /// The date `days` days after 1970-01-01, counted in years that begin in March, so that a leap
    /// day is the last of its year.
    private static func date(days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let dayOfEra = shifted.modulo(146_097)
        let era = (shifted - dayOfEra) / 146_097
        let year = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (
            year + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1
        )
    }

    /// The date as `2026-11-22`.
    package var dateText: String {
        "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    /// The hour and minute as `10:05`.
    package var minuteText: String { "\(Self.padded(hour, 2)):\(Self.padded(minute, 2))" }

    /// The time of day as `10:05:09`.
    package var secondText: String { "\(minuteText):\(Self.padded(second, 2))" }

    /// A number with leading zeros up to `digits` digits.
    package static func padded(_ value: Int64, _ digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension Timestamp {
    /// RFC 3339; microseconds stand only where they are not zero.
    package func rfc3339(in zone: ZoneOffsets = .utc) -> String {
        let offset = zone.offset(at: self)
        let time = CalendarTime(self, offset: offset)
        let fraction = time.micros == 0 ? "" : ".\(CalendarTime.padded(time.micros, 6))"
        return "\(time.dateText)T\(time.secondText)\(fraction)\(Self.suffix(offset))"
    }

    /// The date and time as `2026-11-22 10:05:09`, without the zone.
    package func readable(in zone: ZoneOffsets) -> String {
        let time = CalendarTime(self, offset: zone.offset(at: self))
        return "\(time.dateText) \(time.secondText)"
    }

    /// The offset from UTC as `Z` or `+05:30`.
    private static func suffix(_ offset: Int64) -> String {
        guard offset != 0 else { return "Z" }
        let minutes = abs(offset) / Micros.minute
        let hours = CalendarTime.padded(minutes / 60, 2)
        return "\(offset < 0 ? "-" : "+")\(hours):\(CalendarTime.padded(minutes % 60, 2))"
    }
}
