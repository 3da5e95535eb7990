import AgentEvents
import EventStorage
import Rollups

/// How many tokens LLM calls used, by class.
struct TokenTotals: MetricFamily {
    static let title = "Tokens"
    static let level = MetricLevel.llmCall
    private var input = KnownSum()
    private var output = KnownSum()
    private var cacheRead = KnownSum()
    private var cacheWrite = KnownSum()
    private var calls: Int64 = 0
    private var missing: Int64 = 0

    mutating func add(_ unit: CallUnit) {
        calls += 1
        if unit.lacksUsage { missing += 1 }
        input.add(unit.input)
        output.add(unit.output)
        cacheRead.add(unit.cacheRead)
        cacheWrite.add(unit.cacheWrite)
    }

    mutating func merge(_ unit: CellUnit<LLMCallCell>) {
        calls += unit.cell.calls
        missing += unit.cell.missingUsage
        input.add(unit.cell.input)
        output.add(unit.cell.output)
        cacheRead.add(unit.cell.cacheRead)
        cacheWrite.add(unit.cell.cacheWrite)
    }

    static let inputTokens = MetricDefinition<TokenTotals>(
        "input_tokens",
        .tokens,
        .sum,
        "Input tokens, those from and to caches included.",
        title: "Input tokens",
        formula: "sum of input tokens",
        n: "LLM calls that know their input tokens"
    ) { family, _ in family.input.total }

    static let outputTokens = MetricDefinition<TokenTotals>(
        "output_tokens",
        .tokens,
        .sum,
        "Output tokens, those for reasoning included.",
        title: "Output tokens",
        formula: "sum of output tokens",
        n: "LLM calls that know their output tokens"
    ) { family, _ in family.output.total }

    static let cacheReadTokens = MetricDefinition<TokenTotals>(
        "cache_read_tokens",
        .tokens,
        .sum,
        "Input tokens that came from a cache.",
        title: "Tokens read from caches",
        formula: "sum of cache read tokens",
        n: "LLM calls that know them"
    ) { family, _ in family.cacheRead.total }

    static let cacheWriteTokens = MetricDefinition<TokenTotals>(
        "cache_write_tokens",
        .tokens,
        .sum,
        "Input tokens that were written to a cache.",
        title: "Tokens written to caches",
        formula: "sum of cache write tokens",
        n: "LLM calls that know them"
    ) { family, _ in family.cacheWrite.total }

    static let missingUsageCalls = MetricDefinition<TokenTotals>(
        "missing_usage_calls",
        .count,
        .count,
        "How many successful LLM calls logged no token counts.",
        title: "Calls without tokens",
        formula: "successful LLM calls that know neither input nor output tokens",
        n: "LLM calls"
    ) { family, _ in .total(family.missing, n: family.calls) }

    static let definitions: [MetricDefinition<TokenTotals>] = [
        inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, missingUsageCalls,
    ]
}

extension Metric {
    /// The sum of input tokens.
    package static let inputTokens = TokenTotals.inputTokens.metric
    /// The sum of output tokens.
    package static let outputTokens = TokenTotals.outputTokens.metric
    /// The sum of tokens read from caches.
    package static let cacheReadTokens = TokenTotals.cacheReadTokens.metric
}
