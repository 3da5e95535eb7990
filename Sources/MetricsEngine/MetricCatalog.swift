import AgentEvents
import EventStorage
import Rollups

/// The only list of metrics: families in the order of reports, by the units that they take.
package enum MetricCatalog {
    static let requestFamilies: [any MetricFamily<RequestUnit, RequestCell>.Type] = [
        RequestLatency.self, RequestCounts.self, ContextUtilization.self, RequestCost.self,
        TaskCompletion.self, Escalation.self, RequestTokens.self, CallsPerRequest.self,
        ToolLoops.self,
    ]
    static let stateFamilies: [any MetricFamily<RequestUnit, Never>.Type] = [OpenRequests.self]
    static let toolCallFamilies: [any MetricFamily<CallUnit, ToolCallCell>.Type] = [
        ToolCalls.self, ToolLatency.self,
    ]
    static let llmCallFamilies: [any MetricFamily<CallUnit, LLMCallCell>.Type] = [
        LLMCalls.self, LLMLatency.self, TimeToFirstToken.self, TokenTotals.self, CacheHits.self,
        OutputSpeed.self, Spend.self,
    ]
    /// Families that take retry events beside LLM calls.
    static let attemptFamilies: [any MetricFamily<CallUnit, LLMCallCell>.Type] = [Retries.self]
    static let ledgerFamilies: [any MetricFamily<ReadingUnit, Never>.Type] = [LinesRead.self]

    /// Every family with its metrics in words, in catalog order.
    static let chapters: [CatalogChapter] =
        requestFamilies.map { $0.chapter } + stateFamilies.map { $0.chapter }
        + toolCallFamilies.map { $0.chapter } + llmCallFamilies.map { $0.chapter }
        + attemptFamilies.map { $0.chapter } + ledgerFamilies.map { $0.chapter }

    /// Every metric, in the order of reports.
    package static let all: [Metric] = chapters.flatMap(\.entries).map(\.metric)

    /// The seven that say how agents do, in order.
    package static let keyMetrics: [Metric] = keyRules.map(\.metric)

    /// The seven with the default rules, in words for the reference page; `alerts.json` holds the
    /// rules themselves.
    static let keyRules: [(metric: Metric, rule: String)] = [
        (.requestLatencyP95, "above 10000 (10 s): warning"),
        (.errorRate, "above 0.05: critical"),
        (.contextUtilizationP95, "above 0.80: warning"),
        (.costPerRequest, "above 0.50: warning"),
        (.toolSuccessRate, "below 0.95: warning"),
        (.taskCompletionRate, "below 0.90: critical"),
        (.escalationRate, "above 0.20: warning"),
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The metric of a name, exactly as it is written.
    package static func metric(named name: String) -> Metric? { byName[name] }
}

/// A family in words.
struct CatalogChapter: Sendable {
    var title: String
    var level: MetricLevel
    var entries: [Entry]

    /// A metric with its definition in words.
    struct Entry: Sendable {
        var metric: Metric
        var formula: String
        var n: String
        var seesOpen: Bool
    }
}

extension MetricFamily {
    /// The family in words.
    static var chapter: CatalogChapter {
        CatalogChapter(
            title: title,
            level: level,
            entries: definitions.map {
                CatalogChapter.Entry(
                    metric: $0.metric,
                    formula: $0.formula,
                    n: $0.n,
                    seesOpen: $0.seesOpen
                )
            }
        )
    }
}
