import AgentEvents
import MetricsEngine
import Presentation

/// Metric values in tables and sentences: marked where they are estimates, with their `n` at hand.
enum NumberCell {
    /// What stands where there is no number.
    static let none = "–"

    /// The value as `812 ms`, or `≈ 812 ms` where it is an estimate.
    static func text(_ value: MetricValue?, of metric: Metric) -> String {
        guard let value else { return none }
        let text = HumanNumber.text(value, of: metric)
        if text == HumanNumber.none { return none }
        return value.exact ? text : "≈ \(text)"
    }

    /// The sample size and the precision as `n 1,932, exact`.
    static func basis(_ value: MetricValue) -> String {
        "n \(HumanNumber.grouped(value.n)), \(value.exact ? "exact" : "estimate within 1 %")"
    }

    /// A cell of a table.
    static func cell(_ value: MetricValue?, of metric: Metric, _ names: String = "") -> Markup {
        let text = text(value, of: metric)
        let classes = ["number", names].filter { !$0.isEmpty }.joined(separator: " ")
        var attributes = [Attribute.class(classes), Attribute("data-metric", metric.name)]
        if let value { attributes.append(.hint("\(metric.name): \(basis(value))")) }
        return Tag.td.with(attributes, [.text(text)])
    }

    /// A cell with a text that leans right.
    static func cell(_ text: String) -> Markup { Tag.td(.class("number"), text: text) }
}
