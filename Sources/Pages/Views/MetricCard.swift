import EventStorage
import MetricsEngine
import Presentation

/// One metric at a glance: value, state, threshold, trend, how much it rests on, its course.
struct MetricCard: Sendable {
    var metric: Metric
    var value: MetricValue?
    /// The same a window earlier; `nil` where there is none.
    var before: MetricValue?
    var course: ChartSeries?
    var rules: [ThresholdRow]
    /// Why there is no value, where the filters exclude it.
    var reason: String?

    var markup: Markup {
        let badge = state
        return Tag.div(
            .class("card \(badge.tone.rawValue)"),
            Attribute("data-metric", metric.name)
        ) {
            Tag.div(.class("card-head")) {
                Tag.h3(text: metric.title)
                badge.markup
            }
            Tag.p(.class("value"), text: NumberCell.text(value, of: metric))
            Tag.p(.class("basis"), text: basis)
            trend
            course.map { Sparkline(series: $0).picture } ?? .nothing
        }
    }

    private var state: StateBadge {
        guard let number = value?.value, let value, value.n > 0 || metric.statistic.isTotal else {
            return StateBadge(word: "no data", tone: .plain)
        }
        guard let mark = ThresholdMark(number, of: metric, rules: rules) else {
            return StateBadge(word: "no rule", tone: .plain)
        }
        let tone: StateBadge.Tone =
            switch mark.state {
            case .ok: .good
            case .near: .near
            case .crossed: .bad
            }
        return StateBadge(word: mark.state.word, tone: tone)
    }

    /// The limit and the sample size as `limit > 10.0 s · n 1,932`.
    private var basis: String {
        if let reason { return reason }
        let condition = ThresholdMark.condition(of: metric, rules: rules).map {
            "alert if \($0)".replacing(" ", with: "\u{a0}")
        }
        let n = value.map { "n\u{a0}\(HumanNumber.grouped($0.n))" }
        let estimate = value.map(\.exact) == false ? "estimate" : nil
        return [condition, n, estimate].compactMap { $0 }.joined(separator: " · ")
    }

    private var trend: Markup {
        let trend = Trend(metric: metric, now: value, before: before)
        guard let words = trend.words else {
            return Tag.p(.class("trend"), text: before == nil ? "" : "nothing to compare with")
        }
        return Tag.p(.class("trend \(trend.tone)")) {
            Tag.strong(text: words)
            Markup.text(" from \(NumberCell.text(before, of: metric))")
        }
    }
}
