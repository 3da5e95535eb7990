import AgentEvents
import MetricsEngine
import Testing

struct ZoneTests {
    private static let kolkata = ZoneOffsets(transitions: [(.distantPast, 19_800)])
    /// Clocks went forward on 2026-03-29 at 01:00Z and go back on 2026-10-25 at 01:00Z.
    private static let paris = ZoneOffsets(transitions: [
        (.distantPast, 3_600), (moment(1_774_746_000), 7_200), (moment(1_792_890_000), 3_600),
    ])
    /// Clocks go back from 01:00 to 00:00 on 2026-11-01 at 05:00Z.
    private static let havana = ZoneOffsets(transitions: [
        (.distantPast, -14_400), (moment(1_793_509_200), -18_000),
    ])
    /// Clocks go forward from 00:00 to 01:00 on 2026-04-24 at 22:00Z.
    private static let cairo = ZoneOffsets(transitions: [
        (.distantPast, 7_200), (moment(1_776_981_600), 10_800),
    ])

    private static func moment(_ seconds: Int64) -> Timestamp {
        Timestamp(micros: seconds * Micros.second)
    }

    static let cuts: [(zone: ZoneOffsets, length: Int64, at: Int64, start: Int64)] = [
        (.utc, Micros.day, -1, -86_400),
        (.utc, Micros.hour, 3_599, 0),
        (.utc, Micros.minute, 3_600, 3_600),
        // 2026-01-05: 18:29:59Z is still that day in Kolkata, 18:30:00Z is the next.
        (kolkata, Micros.day, 1_767_637_799, 1_767_551_400),
        (kolkata, Micros.day, 1_767_637_800, 1_767_637_800),
        (kolkata, Micros.hour, 1_767_637_799, 1_767_634_200),
        // Paris, the day with 23 hours: 22:00Z on the 28th is its midnight less an hour.
        (paris, Micros.day, 1_774_738_799, 1_774_652_400),
        (paris, Micros.day, 1_774_738_800, 1_774_738_800),
        (paris, Micros.day, 1_774_780_000, 1_774_738_800),
        (paris, Micros.day, 1_774_821_600, 1_774_821_600),
        (paris, Micros.hour, 1_774_746_000, 1_774_746_000),
        // Paris, the day with 25 hours; its hour from 2 to 3 comes twice.
        (paris, Micros.day, 1_792_950_000, 1_792_879_200),
        (paris, Micros.hour, 1_792_889_999, 1_792_886_400),
        (paris, Micros.hour, 1_792_890_001, 1_792_890_000),
        // Havana's midnight comes twice and begins one day.
        (havana, Micros.day, 1_793_507_000, 1_793_505_600),
        (havana, Micros.day, 1_793_509_200, 1_793_505_600),
        (havana, Micros.day, 1_793_540_000, 1_793_505_600),
        // Cairo's midnight is skipped.
        (cairo, Micros.day, 1_776_981_599, 1_776_895_200),
        (cairo, Micros.day, 1_776_999_999, 1_776_981_600),
    ]

    @Test("Minutes, hours and days are cut in local time", arguments: cuts)
    func cut(row: (zone: ZoneOffsets, length: Int64, at: Int64, start: Int64)) {
        let start = row.zone.start(of: row.length, holding: Self.moment(row.at))
        #expect(start == Self.moment(row.start))
    }

    @Test("Offsets hold from their moment on, and the first before it")
    func offsets() {
        #expect(ZoneOffsets.utc.offset(at: .distantPast) == 0)
        #expect(ZoneOffsets(transitions: []).offset(at: .at(0)) == 0)
        #expect(Self.paris.offset(at: Self.moment(1_774_745_999)) == 3_600 * Micros.second)
        #expect(Self.paris.offset(at: Self.moment(1_774_746_000)) == 7_200 * Micros.second)
        let late = ZoneOffsets(transitions: [(.at(10), 60)])
        #expect(late.offset(at: .at(0)) == 60 * Micros.second)
    }

    @Test("A report by day has the days of the asked zone, in order")
    func report() throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 18.5 * 3_600, subject: "m")
        store.add(.llmCall, "b", at: 18.5 * 3_600 - 1, subject: "m")
        let report = try store.report(by: [.day], metrics: ["llm_calls"], zone: Self.kolkata)
        #expect(report.keys == [[.moment(.at(-5.5 * 3_600))], [.moment(.at(18.5 * 3_600))]])
    }
}
