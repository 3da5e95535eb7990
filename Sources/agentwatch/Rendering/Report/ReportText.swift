import AgentEvents
import MetricsEngine

/// A report made for reading: what it covers, the numbers, what to know of the data.
struct ReportText {
    var answer: ReportAnswer
    var terminal: Terminal
    /// Without notes and hints.
    var isQuiet: Bool

    /// All of it.
    func text() -> String {
        var parts = [ReportHeader(answer: answer, terminal: terminal).text()]
        if !answer.report.query.by.isEmpty {
            parts += BreakdownTables(answer: answer, terminal: terminal, isQuiet: isQuiet).texts()
        } else if let chosen = answer.report.query.metrics {
            parts.append(MetricList(answer: answer, terminal: terminal).chosen(chosen))
        } else {
            parts.append(MetricList(answer: answer, terminal: terminal).keyMetrics())
            parts += MetricGrid(answer: answer, terminal: terminal).texts()
        }
        if !isQuiet { parts.append(ReportNotes(report: answer.report, terminal: terminal).text()) }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
