import AgentEvents
import MetricsEngine
import Testing

@testable import Pages

/// Axes end in round numbers and round times.
@Suite struct AxisTests {
    static let values: [(largest: Double, unit: MetricUnit, ticks: [String])] = [
        (0, .count, ["0", "1"]), (1, .count, ["0", "1"]), (7, .count, ["0", "5", "10"]),
        (406, .count, ["0", "200", "400", "600"]),
        (38_000, .ms, ["0", "20 s", "40 s"]), (812, .ms, ["0", "500 ms", "1000 ms"]),
        (600_000, .ms, ["0", "5 min", "10 min"]),
        (4_000_000, .ms, ["0", "30 min", "60 min", "90 min"]),
        (0.22, .ratio, ["0", "10 %", "20 %", "30 %"]), (1, .ratio, ["0", "50 %", "100 %"]),
        (23.4, .usd, ["$0", "$10", "$20", "$30"]), (0.004, .usd, ["$0", "$0.002", "$0.004"]),
        (5_400_000, .tokens, ["0", "2 M", "4 M", "6 M"]),
    ]

    @Test(arguments: values.indices)
    func `value axes are round and reach the largest`(_ index: Int) {
        let (largest, unit, ticks) = Self.values[index]
        let axis = ValueAxis(upTo: largest, unit)
        #expect(axis.ticks.map(\.text) == ticks)
        #expect(axis.top >= largest)
    }

    @Test func `time axes are labelled at whole hours of local time`() {
        let since = Timestamp(micros: 1_767_530_400_000_000)  // 2026-01-04T12:40:00Z
        let window = TimeWindow(since: since, until: since + Micros.day)
        let axis = TimeAxis(window, TimeAxis.dimension(for: window), zone: .utc)
        #expect(axis.dimension == .hour)
        #expect(axis.starts.count == 25)
        #expect(axis.ticks.map(\.text) == ["12:00", "18:00", "5 Jan", "06:00", "12:00"])
        #expect(axis.index(of: axis.starts[7]) == 7)
        #expect(axis.index(of: since) == nil)
    }

    @Test func `a gap is not drawn, and a lone point is`() throws {
        let metric = try #require(MetricCatalog.metric(named: "error_rate"))
        let values: [MetricValue?] = [
            MetricValue(.real(0.5), n: 2), nil, MetricValue(nil, n: 0), MetricValue(.real(0), n: 1),
            MetricValue(.real(1), n: 1),
        ]
        let series = ChartSeries(name: "x", metric: metric, values: values, color: 1)
        #expect(series.runs == [0..<1, 3..<5])
        let window = TimeWindow(
            since: .init(micros: 0),
            until: .init(micros: 5 * Micros.minute)
        )
        let chart = TimeChart(
            id: "c",
            title: "t",
            note: "n",
            shape: .lines,
            axis: TimeAxis(window, .minute, zone: .utc),
            series: [series],
            unit: .ratio
        )
        // Five steps of 200; one is at the top, zero at the bottom.
        let path = chart.shapes(chart.valueAxis)[0].written()
        #expect(path.contains("d=\"M100 80L100 80M700 160L900 0\""), "\(path)")
        let table = chart.figure.written()
        #expect(table.contains("<td class=\"number\">50.0 %</td>"))
        #expect(table.contains("<td class=\"number\">–</td>"))
    }
}
