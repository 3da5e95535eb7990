import AgentEvents
import EventStorage
import Rollups

/// How much of the input came from a cache.
struct CacheHits: MetricFamily {
    static let title = "Cache hits"
    static let level = MetricLevel.llmCall
    private var input = KnownSum()
    private var cached = KnownSum()

    mutating func add(_ unit: CallUnit) {
        guard unit.input.isKnown, unit.cacheRead.isKnown else { return }
        input.add(unit.input)
        cached.add(unit.cacheRead)
    }

    mutating func merge(_ unit: CellUnit<LLMCallCell>) {
        input.add(unit.cell.inputBesideCache)
        cached.add(unit.cell.cacheBesideInput)
    }

    static let hitRatio = MetricDefinition<CacheHits>(
        "cache_hit_ratio",
        .ratio,
        .ratio,
        "The share of input tokens that came from a cache.",
        title: "Cache hits",
        worse: .lower,
        formula: "sum of cache read tokens / sum of input tokens",
        n: "LLM calls that know both"
    ) { family, _ in
        let (cached, input) = (Double(family.cached.sum), Double(family.input.sum))
        return MetricValue(input == 0 ? nil : .real(cached / input), n: family.input.n)
    }

    static let definitions: [MetricDefinition<CacheHits>] = [hitRatio]
}

extension Metric {
    /// The share of input tokens that came from a cache.
    package static let cacheHitRatio = CacheHits.hitRatio.metric
}
