extension MetricCatalog {
    /// The reference page `docs/METRICS.md`: every definition in words, every metric in a table.
    package static func reference() -> String {
        let parts =
            [ReferenceProse.opening, keyTable, ReferenceProse.requests, ReferenceProse.windows]
            + [ReferenceProse.numbers, dimensionTable, "## All metrics\n"]
            + chapters.map(table)
        return parts.joined(separator: "\n")
    }

    private static var keyTable: String {
        let rows = keyRules.map { "| `\($0.metric.name)` | \($0.rule) |" }
        return """
            ## The seven key metrics

            | metric | default rule |
            |---|---|
            \(rows.joined(separator: "\n"))

            An escalated request is not a completed one, so `escalation_rate` and
            `task_completion_rate` overlap: a request that was handed to a person counts against
            both.

            """
    }

    private static var dimensionTable: String {
        let rows = Dimension.allCases.map { dimension in
            let levels = [MetricLevel.request, .state, .llmCall, .toolCall, .ledger]
                .filter { $0.carries(dimension) }.map(\.units)
            return "| `\(dimension.rawValue)` | \(levels.joined(separator: ", ")) |"
        }
        return """
            | dimension | carried by |
            |---|---|
            \(rows.joined(separator: "\n"))

            """
    }

    private static func table(_ chapter: CatalogChapter) -> String {
        let rows = chapter.entries.map { entry in
            let open = entry.seesOpen ? " (sees open requests)" : ""
            return "| `\(entry.metric.name)` | \(entry.metric.unit.rawValue) "
                + "| \(entry.metric.summary) | \(entry.formula)\(open) | \(entry.n) |"
        }
        let carried = Dimension.allCases.filter(chapter.level.carries).map { "`\($0.rawValue)`" }
        return """
            ### \(chapter.title)

            Over \(chapter.level.units). Breakdowns: \
            \(carried.isEmpty ? "none" : carried.joined(separator: ", ")).

            | name | unit | what it says | formula | n counts |
            |---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            """
    }
}
