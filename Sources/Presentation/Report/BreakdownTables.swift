import AgentEvents
import MetricsEngine

/// A report with groups: a table a kind of unit, a row a group, what matters most as columns.
package struct BreakdownTables {
    package var answer: ReportAnswer
    package var terminal: Terminal
    package var isQuiet: Bool

    package init(answer: ReportAnswer, terminal: Terminal, isQuiet: Bool) {
        self.answer = answer
        self.terminal = terminal
        self.isQuiet = isQuiet
    }

    /// A table to be: the kinds of unit it is about, and its columns by metric.
    private struct Plan {
        var title: String
        var levels: [MetricLevel]
        var columns: [(metric: Metric, heading: String)]
    }

    /// The tables that have rows.
    package func texts() -> [String] {
        guard let chosen = answer.report.query.metrics else {
            return Self.plans.compactMap(text)
        }
        let columns = chosen.map { (metric: $0, heading: $0.name) }
        let plan = Plan(title: "", levels: MetricLevel.allCases, columns: columns)
        return [text(plan)].compactMap { $0 }
    }

    private func text(_ plan: Plan) -> String? {
        let groups = sorted(
            answer.report.groups.filter { group in
                group.values.indices.contains { place in
                    let (metric, value) = group.values[place]
                    let n = max(value.n, group.earlier?[place].n ?? 0)  // not compared
                    return plan.levels.contains(metric.level) && n > 0
                }
            },
            by: plan
        )
        let known = Set(groups.first?.values.map(\.metric) ?? [])
        let columns = plan.columns.filter { known.contains($0.metric) }
        guard !columns.isEmpty else { return nil }
        let by = answer.report.query.by
        let isCompared = answer.report.comparedWith != nil
        var table = TextTable(
            by.map { .text($0.rawValue) }
                + columns.flatMap { column -> [TextTable.Column] in
                    isCompared
                        ? [.number(column.heading), .number("before")] : [.number(column.heading)]
                }
        )
        for group in groups { table.append(row(group, columns.map(\.metric))) }
        let dropped = table.overflow(terminal, kept: by.count + 1)
        let title = plan.title.isEmpty ? "" : heading(plan.title) + "\n"
        return title + table.dropping(dropped).text(terminal) + note(dropped)
    }

    private func heading(_ title: String) -> String {
        let by = answer.report.query.by.map(\.rawValue).joined(separator: ", ")
        return terminal.palette.paint("\(title) by \(by)", .strong)
    }

    private func note(_ dropped: Int) -> String {
        guard dropped > 0, !isQuiet else { return "" }
        let text =
            "\(HumanNumber.counted(Int64(dropped), "column")) more in a wider window or with --json"
        return terminal.palette.paint(text, .faint) + "\n"
    }

    private func row(_ group: MetricGroup, _ metrics: [Metric]) -> [TextTable.Cell] {
        let key = zip(answer.report.query.by, group.key).map { keyCell($1, $0) }
        let cells = metrics.flatMap { metric -> [TextTable.Cell] in
            let before = group.earlierValue(of: metric).map {
                TextTable.Cell(HumanNumber.text($0, of: metric), .faint)
            }
            return [cell(group, metric)] + (before.map { [$0] } ?? [])
        }
        return key + cells
    }

    private func cell(_ group: MetricGroup, _ metric: Metric) -> TextTable.Cell {
        guard let value = group.value(of: metric) else { return TextTable.Cell("") }
        let text = HumanNumber.text(value, of: metric)
        let mark = ThresholdMark(value.value, of: metric, rules: answer.rules)
        switch mark?.state {
        case .crossed: return TextTable.Cell("! \(text)", .bad)
        case .near: return TextTable.Cell(text, .near)
        case .ok, nil: return TextTable.Cell(text)
        }
    }

    private func keyCell(_ value: KeyValue, _ dimension: Dimension) -> TextTable.Cell {
        switch value {
        case .name(let name): return TextTable.Cell(name)
        case .none: return TextTable.Cell(WhereExpression.none, .faint)
        case .rest: return TextTable.Cell(WhereExpression.rest, .faint)
        case .moment(let moment):
            let offsets = answer.zone.offsets
            let time = CalendarTime(moment, offset: offsets.offset(at: moment))
            let isDay = dimension == .day
            return TextTable.Cell(isDay ? time.dateText : "\(time.dateText) \(time.minuteText)")
        }
    }

    /// The largest groups first; as the engine gives them, by key and time, where time is a key.
    private func sorted(_ groups: [MetricGroup], by plan: Plan) -> [MetricGroup] {
        guard !answer.report.query.by.contains(where: \.isTime) else { return groups }
        func size(_ group: MetricGroup) -> Int64 {
            let sizes = group.values.filter { plan.levels.contains($0.metric.level) }.map(\.value.n)
            // A group that made it here has values of these levels.
            return sizes.max() ?? 0
        }
        let sized = groups.enumerated().map {
            (order: $0.offset, size: size($0.element), $0.element)
        }
        // The rest is no group of its own, so it stands last whatever its size.
        return sized.sorted { left, right in
            let isLast = (left.2.restCount != nil, right.2.restCount != nil)
            guard isLast.0 == isLast.1 else { return isLast.1 }
            return (right.size, left.order) < (left.size, right.order)
        }.map(\.2)
    }

    private static let plans = [
        Plan(
            title: "Requests",
            levels: [.request, .state],
            columns: [
                (.requests, "requests"), (.requestLatencyP50, "p50"),
                (.requestLatencyP95, "p95"), (.errorRate, "failed"),
                (.costPerRequest, "cost/request"), (.taskCompletionRate, "completed"),
                (.escalationRate, "escalated"), (.contextUtilizationP95, "context p95"),
                (.tokensPerRequest, "tokens/request"), (.openRequests, "open"),
                (.loopingRequests, "looping"),
            ]
        ),
        Plan(
            title: "LLM calls",
            levels: [.llmCall],
            columns: [
                (.llmCalls, "calls"), (.llmLatencyP50, "p50"),
                (.llmLatencyP95, "p95"), (.llmErrorRate, "failed"),
                (.cost, "cost"), (.inputTokens, "input"),
                (.outputTokens, "output"), (.cacheHitRatio, "cached"),
                (.timeToFirstTokenP95, "first token p95"), (.outputSpeed, "speed"),
                (.retries, "retries"),
            ]
        ),
        Plan(
            title: "Tool calls",
            levels: [.toolCall],
            columns: [
                (.toolCalls, "calls"), (.toolLatencyP50, "p50"),
                (.toolLatencyP95, "p95"), (.toolSuccessRate, "succeeded"),
                (.toolLatencyMax, "max"),
            ]
        ),
    ]
}
