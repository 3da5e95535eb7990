import AgentEvents
import Foundation
import Testing

struct CivilDateTests {
    @Test("Days are those of the system's calendar, from year 1 to 9999")
    func calendar() throws {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        // A step that meets every day of the year and leap years of every kind.
        for days in stride(from: Int64(-719_162), to: 2_932_896, by: 97) {
            let date = CivilDate(daysSince1970: days)
            let moment = Date(timeIntervalSince1970: Double(days) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: moment)
            // The system's calendar knows the Julian one, which was used until October 1582.
            if days > -141_427 {
                #expect(date.year == Int64(try #require(parts.year)), "day \(days)")
                #expect(date.month == Int64(try #require(parts.month)), "day \(days)")
                #expect(date.day == Int64(try #require(parts.day)), "day \(days)")
            }
            #expect(date.daysSince1970 == days)
            #expect(date.exists)
        }
    }

    @Test(
        "Days that the calendar does not have",
        arguments: [
            (2023, 2, 29), (1900, 2, 29), (2024, 2, 30), (2024, 4, 31), (2024, 0, 1),
            (2024, 13, 1), (2024, 1, 0), (2024, 1, 32),
        ]
    )
    func missing(year: Int64, month: Int64, day: Int64) {
        #expect(!CivilDate(year: year, month: month, day: day).exists)
    }

    @Test(
        "Moments are written as RFC 3339 has them",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00Z"), (784_111_777_000_000, "1994-11-06T08:49:37Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00Z"),
            (1_709_251_199_999_999, "2024-02-29T23:59:59.999999Z"),
            (4_107_542_400_500_000, "2100-03-01T00:00:00.500000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
        ]
    )
    func moments(micros: Int64, text: String) {
        #expect(Timestamp(micros: micros).rfc3339() == text)
    }

    @Test("An offset is written with its sign")
    func offsets() {
        let moment = Timestamp(micros: 784_111_777_000_000)
        let half = 30 * Micros.minute
        #expect(moment.rfc3339(offset: 5 * Micros.hour + half) == "1994-11-06T14:19:37+05:30")
        #expect(moment.rfc3339(offset: -Micros.hour) == "1994-11-06T07:49:37-01:00")
    }
}
