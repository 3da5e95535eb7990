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

    static let definitions: [MetricDefinition<TokenTotals>] = [
        MetricDefinition(
            "input_tokens",
            .tokens,
            .sum,
            "Input tokens, those from and to caches included.",
            formula: "sum of input tokens",
            n: "LLM calls that know their input tokens"
        ) { family, _ in family.input.total },
        MetricDefinition(
            "output_tokens",
            .tokens,
            .sum,
            "Output tokens, those for reasoning included.",
            formula: "sum of output tokens",
            n: "LLM calls that know their output tokens"
        ) { family, _ in family.output.total },
        MetricDefinition(
            "cache_read_tokens",
            .tokens,
            .sum,
            "Input tokens that came from a cache.",
            formula: "sum of cache read tokens",
            n: "LLM calls that know them"
        ) { family, _ in family.cacheRead.total },
        MetricDefinition(
            "cache_write_tokens",
            .tokens,
            .sum,
            "Input tokens that were written to a cache.",
            formula: "sum of cache write tokens",
            n: "LLM calls that know them"
        ) { family, _ in family.cacheWrite.total },
        MetricDefinition(
            "missing_usage_calls",
            .count,
            .count,
            "How many successful LLM calls logged no token counts.",
            formula: "successful LLM calls that know neither input nor output tokens",
            n: "LLM calls"
        ) { family, _ in .total(family.missing, n: family.calls) },
    ]
}
