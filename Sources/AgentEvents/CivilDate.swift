/// A day of the proleptic Gregorian calendar.
package struct CivilDate: Sendable, Hashable {
    package var year: Int64
    /// From 1.
    package var month: Int64
    /// From 1.
    package var day: Int64

    package init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that lies so many days after 1970-01-01.
    ///
    /// Years are counted from March inside, so that a leap day is the last of its year (Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms").
    package init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let dayOfEra = shifted.modulo(146_097)
        let era = (shifted - dayOfEra) / 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * march + 2) / 5 + 1
        month = march < 10 ? march + 3 : march - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The number of days from 1970-01-01 to this day; negative before it.
    package var daysSince1970: Int64 {
        let march = month > 2 ? year : year - 1
        let yearOfEra = march.modulo(400)
        let era = (march - yearOfEra) / 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Whether the calendar has such a day.
    package var exists: Bool {
        (1...12).contains(month) && day >= 1 && day <= Self.days(in: month, of: year)
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The date as `2026-11-22`.
    package var text: String {
        "\(CalendarTime.padded(year, 4))-\(CalendarTime.padded(month, 2))-\(CalendarTime.padded(day, 2))"
    }
}

/// A moment taken apart by the calendar.
package struct CalendarTime: Equatable, Sendable {
    package var date: CivilDate
    package var hour: Int64
    package var minute: Int64
    package var second: Int64
    package var micros: Int64

    /// The offset is what is added to UTC, in microseconds.
    package init(_ moment: Timestamp, offset: Int64 = 0) {
        let local = moment.micros + offset
        let ofDay = local.modulo(Micros.day)
        date = CivilDate(daysSince1970: (local - ofDay) / Micros.day)
        hour = ofDay / Micros.hour
        minute = ofDay % Micros.hour / Micros.minute
        second = ofDay % Micros.minute / Micros.second
        micros = ofDay % Micros.second
    }

    /// The date as `2026-11-22`.
    package var dateText: String { date.text }

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
    /// RFC 3339 at an offset from UTC in microseconds; microseconds stand only where they are not
    /// zero.
    package func rfc3339(offset: Int64 = 0) -> String {
        let time = CalendarTime(self, offset: offset)
        let fraction = time.micros == 0 ? "" : ".\(CalendarTime.padded(time.micros, 6))"
        return "\(time.dateText)T\(time.secondText)\(fraction)\(Self.suffix(offset))"
    }

    /// The offset from UTC as `Z` or `+05:30`.
    private static func suffix(_ offset: Int64) -> String {
        guard offset != 0 else { return "Z" }
        let minutes = abs(offset) / Micros.minute
        let hours = CalendarTime.padded(minutes / 60, 2)
        return "\(offset < 0 ? "-" : "+")\(hours):\(CalendarTime.padded(minutes % 60, 2))"
    }
}
