import AgentEvents
import MetricsEngine

/// A report made for reading: what it covers, the numbers, what to know of the data.
package struct ReportText {
    package var answer: ReportAnswer
    package var terminal: Terminal
    /// Whether notes and hints are left out.
    package var isQuiet: Bool

    package init(answer: ReportAnswer, terminal: Terminal, isQuiet: Bool) {
        self.answer = answer
        self.terminal = terminal
        self.isQuiet = isQuiet
    }

    /// All of it.
    package func text() -> String {
        var parts = [ReportHeader(answer: answer, terminal: terminal).text()]
        if !answer.report.query.by.isEmpty {
            parts += BreakdownTables(answer: answer, terminal: terminal, isQuiet: isQuiet).texts()
        } else if answer.report.comparedWith != nil {
            let metrics = answer.report.groups.first?.values.map(\.metric) ?? []
            parts.append(MetricList(answer: answer, terminal: terminal).chosen(metrics))
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
