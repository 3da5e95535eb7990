import AgentEvents
import MetricsEngine
import Presentation
import Testing

/// Times as they are written on the command line and in addresses.
struct TimeExpressionTests {
    /// 2026-03-29T12:00:00Z; in Paris clocks went from 02:00 to 03:00 that morning.
    private static let now = Timestamp(micros: 1_774_785_600 * Micros.second)

    private static func seconds(_ text: String, zone: String = "UTC") throws -> Int64 {
        let offsets = try ZoneArgument(zone).offsets
        return try TimeExpression(text).moment(now: now, zone: offsets).micros / Micros.second
    }

    @Test(
        "Every form",
        arguments: [
            ("now", 1_774_785_600), ("15m", 1_774_784_700), ("24h", 1_774_699_200),
            ("7d", 1_774_180_800), ("1w", 1_774_180_800), ("today", 1_774_742_400),
            ("yesterday", 1_774_656_000), ("2026-03-02", 1_772_409_600),
            ("2026-03-02T10:00:00Z", 1_772_445_600), ("2026-03-02T10:00:00+02:00", 1_772_438_400),
            ("1772445600", 1_772_445_600), ("1772445600000", 1_772_445_600),
        ]
    )
    func forms(text: String, seconds: Int64) throws {
        #expect(try Self.seconds(text) == seconds)
    }

    @Test("Days are those of the zone, also where one has 23 hours")
    func zones() throws {
        #expect(try Self.seconds("today", zone: "Europe/Paris") == 1_774_738_800)
        #expect(try Self.seconds("yesterday", zone: "Europe/Paris") == 1_774_652_400)
        #expect(try Self.seconds("2026-03-30", zone: "Europe/Paris") == 1_774_821_600)
        #expect(try Self.seconds("2026-03-30", zone: "America/Los_Angeles") == 1_774_854_000)
    }

    @Test(
        "What is no time is refused",
        arguments: [
            "", " ", "soon", "-1h", "1y", "12345678s", "40000d", "2026-13-01", "2026-02-30",
            "2026-03-02T25:00:00Z", "99999999999999999999", "1h ", "h",
        ]
    )
    func refused(text: String) {
        #expect(throws: ParameterError.self) { try TimeExpression(text) }
    }

    @Test(
        "Lengths of time",
        arguments: [("200ms", 200_000), ("2s", 2_000_000), ("0s", 0), ("1w", 604_800_000_000)]
    )
    func spans(text: String, micros: Int64) throws { #expect(try TimeSpan(text).micros == micros) }
}
