import AgentEvents
import Alerting
import MetricsEngine
import Testing

struct AlertWindowTests {
    /// 2026-03-29T00:00:00Z, the day on which Paris loses an hour at 01:00 UTC.
    private static let paris = Timestamp(micros: 1_774_742_400_000_000)
    private static let parisZone = ZoneOffsets(transitions: [
        (from: .distantPast, secondsFromUTC: 3_600),
        (from: paris + Micros.hour, secondsFromUTC: 7_200),
    ])
    private static let kolkata = ZoneOffsets(transitions: [
        (from: .distantPast, secondsFromUTC: 19_800)
    ])

    @Test(
        "A window ends at the whole minute at or before now less the delay",
        arguments: [
            (now: Int64(130), delay: Int64(10), until: Int64(120)),
            (now: 129, delay: 10, until: 60), (now: 120, delay: 0, until: 120),
            (now: 119, delay: 0, until: 60), (now: 180, delay: 61, until: 60),
        ]
    )
    func evalDelay(now: Int64, delay: Int64, until: Int64) {
        let window = AlertWindow.minutes(15).range(
            now: Self.paris + now * Micros.second,
            evalDelaySeconds: delay,
            zone: .utc
        )
        #expect(window.until == Self.paris + until * Micros.second)
        #expect(window.since == window.until - 15 * Micros.minute)
    }

    private static func hours(
        _ window: AlertWindow,
        _ now: Timestamp,
        _ zone: ZoneOffsets
    ) -> Double {
        let range = window.range(now: now, evalDelaySeconds: 0, zone: zone)
        return Double(range.until.micros - range.since.micros) / Double(Micros.hour)
    }

    @Test("Days and months begin where the rule's zone says")
    func calendar() {
        let noon = Self.paris + 12 * Micros.hour
        #expect(Self.hours(.day, noon, .utc) == 12)
        #expect(Self.hours(.day, noon, Self.kolkata) == 17.5)
        #expect(Self.hours(.month, noon, .utc) == 28 * 24 + 12)
        #expect(Self.hours(.month, noon, Self.kolkata) == 28 * 24 + 17.5)
        // In Kolkata it is the first of April already.
        let lastEvening = Self.paris + 2 * Micros.day + 19 * Micros.hour
        #expect(Self.hours(.month, lastEvening, Self.kolkata) == 0.5)
        #expect(Self.hours(.month, lastEvening, .utc) == 30 * 24 + 19)
    }

    @Test("A day on which clocks are moved keeps its midnight, and so does its month")
    func daylightSaving() {
        let evening = Self.paris + 20 * Micros.hour
        #expect(Self.hours(.day, evening, Self.parisZone) == 21)
        #expect(Self.hours(.month, evening, Self.parisZone) == 28 * 24 + 21)
        let tomorrow = Self.paris + 30 * Micros.hour
        #expect(Self.hours(.day, tomorrow, Self.parisZone) == 8)
    }

    @Test("At midnight the new day is empty: what was before is not in it")
    func midnight() {
        #expect(Self.hours(.day, Self.paris, .utc) == 0)
        #expect(Self.hours(.day, Self.paris - Micros.minute, .utc) == 24 - 1.0 / 60)
        // 1972-02-29 and 2026-01-01.
        #expect(Self.hours(.month, Timestamp(micros: 68_169_600_000_000), .utc) == 28 * 24)
        #expect(Self.hours(.month, Timestamp(micros: 1_767_225_600_000_000), .utc) == 0)
    }
}
