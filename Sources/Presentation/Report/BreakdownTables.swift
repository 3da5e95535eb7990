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
        var columns: [(metric: String, heading: String)]
    }

    /// The tables that have rows.
    package func texts() -> [String] {
        guard let chosen = answer.report.query.metrics else {
            return Self.plans.compactMap(text)
        }
        let columns = chosen.map { ($0.name, $0.name) }
        let plan = Plan(title: "", levels: MetricLevel.allCases, columns: columns)
        return [text(plan)].compactMap { $0 }
    }

    private func text(_ plan: Plan) -> String? {
        let groups = sorted(
            answer.report.groups.filter { group in
                group.values.contains { plan.levels.contains($0.metric.level) && $0.value.n > 0 }
            },
            by: plan
        )
        let known = Set(groups.first?.values.map(\.metric.name) ?? [])
        let columns = plan.columns.filter { known.contains($0.metric) }
        guard !columns.isEmpty else { return nil }
        let by = answer.report.query.by
        var table = TextTable(
            by.map { .text($0.rawValue) } + columns.map { .number($0.heading) }
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

    private func row(_ group: MetricGroup, _ names: [String]) -> [TextTable.Cell] {
        let key = zip(answer.report.query.by, group.key).map { keyCell($1, $0) }
        let cells = names.map { name -> TextTable.Cell in
            guard let (metric, value) = group.values.first(where: { $0.metric.name == name }) else {
                return TextTable.Cell("")
            }
            let text = HumanNumber.text(value, of: metric)
            let mark = ThresholdMark(value.value, of: metric, rules: answer.rules)
            switch mark?.state {
            case .crossed: return TextTable.Cell("! \(text)", .bad)
            case .near: return TextTable.Cell(text, .near)
            case .ok, nil: return TextTable.Cell(text)
            }
        }
        return key + cells
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
                ("requests", "requests"), ("request_latency_ms_p50", "p50"),
                ("request_latency_ms_p95", "p95"), ("error_rate", "failed"),
                ("cost_per_request_usd_avg", "cost/request"), ("task_completion_rate", "completed"),
                ("escalation_rate", "escalated"), ("context_utilization_p95", "context p95"),
                ("tokens_per_request_avg", "tokens/request"), ("open_requests", "open"),
                ("looping_requests", "looping"),
            ]
        ),
        Plan(
            title: "LLM calls",
            levels: [.llmCall],
            columns: [
                ("llm_calls", "calls"), ("llm_latency_ms_p50", "p50"),
                ("llm_latency_ms_p95", "p95"), ("llm_error_rate", "failed"),
                ("cost_usd_total", "cost"), ("input_tokens", "input"),
                ("output_tokens", "output"), ("cache_hit_ratio", "cached"),
                ("ttft_ms_p95", "first token p95"), ("output_tokens_per_second_avg", "speed"),
                ("retries", "retries"),
            ]
        ),
        Plan(
            title: "Tool calls",
            levels: [.toolCall],
            columns: [
                ("tool_calls", "calls"), ("tool_latency_ms_p50", "p50"),
                ("tool_latency_ms_p95", "p95"), ("tool_success_rate", "succeeded"),
                ("tool_latency_ms_max", "max"),
            ]
        ),
    ]
}
