import AgentEvents
import MetricsEngine
import Presentation
import Testing

/// Numbers as people read them, at the ends of every range.
struct HumanNumberTests {
    @Test(
        "Three digits that matter, and never a zero that is none",
        arguments: [
            (0, "0.00"), (0.004, "<0.01"), (-0.004, "-<0.01"), (0.005, "<0.01"), (0.006, "0.01"),
            (1.234, "1.23"),
            (9.994, "9.99"), (9.996, "10.0"), (12.34, "12.3"), (99.94, "99.9"), (99.96, "100"),
            (1_234.5, "1,234"), (-12.34, "-12.3"),
        ]
    )
    func decimal(value: Double, text: String) { #expect(HumanNumber.decimal(value) == text) }

    @Test(
        "Shares in percent",
        arguments: [
            (0, "0 %"), (0.000_01, "<0.01 %"), (0.042, "4.20 %"), (0.999_96, "100 %"), (1, "100 %"),
        ]
    )
    func percent(share: Double, text: String) { #expect(HumanNumber.percent(share) == text) }

    @Test(
        "Money with more decimals for less of it",
        arguments: [
            (0, "$0.00"), (0.000_000_4, "<$0.000001"), (-0.000_000_4, "-<$0.000001"),
            (0.001_615, "$0.001615"), (0.301_615, "$0.3016"), (12.3, "$12.30"),
            (-12.3, "-$12.30"), (1_234_567.891, "$1,234,567.89"),
        ]
    )
    func dollars(value: Double, text: String) { #expect(HumanNumber.dollars(value) == text) }

    @Test(
        "Lengths of time",
        arguments: [
            (0, "0 ms"), (7, "7 us"), (999, "999 us"), (1_500, "1.50 ms"), (812_000, "812 ms"),
            (999_600, "1.00 s"), (12_340_000, "12.3 s"), (99_960_000, "1 min 40 s"),
            (245_000_000, "4 min 05 s"), (12_000_000_000, "3 h 20 min"),
            (1_000_000_000_000, "11 d 13 h"),
        ]
    )
    func duration(micros: Double, text: String) {
        #expect(HumanNumber.duration(micros: micros) == text)
    }

    @Test(
        "Counts of tokens",
        arguments: [
            (0, "0"), (12_345, "12,345"), (0.5, "0.50"), (99_999.5, "100,000"), (123_456, "123 k"),
            (999_600, "1.00 M"), (1_234_567, "1.23 M"), (2.5e9, "2.50 G"),
        ]
    )
    func short(value: Double, text: String) { #expect(HumanNumber.short(value) == text) }

    @Test("Whole numbers of any size")
    func grouped() {
        #expect(HumanNumber.grouped(0) == "0")
        #expect(HumanNumber.grouped(-1_234) == "-1,234")
        #expect(HumanNumber.grouped(.min) == "-9,223,372,036,854,775,808")
        #expect(HumanNumber.counted(1, "line") == "1 line")
        #expect(HumanNumber.counted(1_000, "line") == "1,000 lines")
    }

    @Test("What is beyond what is exact is in scientific form, and what is unknown is a dash")
    func extremes() {
        #expect(HumanNumber.fixed(1e300, 2) == "1e+300")
        #expect(HumanNumber.fixed(.infinity, 2) == "inf")
        #expect(HumanNumber.text(nil, .usd) == "-")
        #expect(HumanNumber.bytes(999) == "999 B")
        #expect(HumanNumber.bytes(999_600) == "1.00 MB")
    }
}
