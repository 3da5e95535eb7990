import AgentEvents
import Alerting
import EventStorage
import Hummingbird
import MetricsEngine
import Pipeline
import Presentation

/// Answers questions from a snapshot of the store, in the words of the command line.
struct StoreAnswers: Sendable {
    let readers: StoreReaders

    /// As `report --json`.
    func report(_ items: QueryItems) async throws -> Response {
        var words = ReportWords(query: try items.words())
        words.metrics = items.all("metric")
        words.isExact = items.flag("exact")
        if let slow = items.first("slow_ms").flatMap({ Double($0) }) { words.slowMillis = slow }
        return try await answer(words)
    }

    /// A report cut by time.
    func timeseries(_ items: QueryItems) async throws -> Response {
        var words = ReportWords(query: try items.words())
        words.query.by.append(items.first("step") ?? Dimension.hour.rawValue)
        words.metrics = items.all("metric")
        words.isExact = items.flag("exact")
        if let slow = items.first("slow_ms").flatMap({ Double($0) }) { words.slowMillis = slow }
        return try await answer(words)
    }

    /// A report of money and tokens.
    func cost(_ items: QueryItems) async throws -> Response {
        var words = ReportWords(query: try items.words())
        if words.query.by.isEmpty { words.query.by = [Dimension.model.rawValue] }
        words.metrics = Self.costMetrics
        return try await answer(words)
    }

    private static let costMetrics = [
        "cost_usd_total", "cost_per_request_usd_avg", "llm_calls", "input_tokens", "output_tokens",
        "cache_hit_ratio",
    ]

    private func answer(_ words: ReportWords) async throws -> Response {
        let now = SystemClock.now()
        // What is wrong with the words needs no store.
        _ = try words.question(clock: now)
        let words = words
        return .json(
            try await readers.ask { ReportJSON.value(try words.answer(from: $0, clock: now)) }
        )
    }

    /// As `check --json`.
    func alerts(_ items: QueryItems) async throws -> Response {
        let words = try items.words()
        let now = words.evaluationTime(clock: SystemClock.now())
        let narrowing = try RuleNarrowing(words, now: now)
        return .json(
            try await readers.ask { store in
                let (rules, broken) = StoredRules.read(try store.thresholds())
                let (kept, leftOut) = narrowing.applied(to: rules)
                let report = try store.read { snapshot in
                    try StatelessCheck.evaluate(
                        rules: kept,
                        broken: broken,
                        now: now,
                        zone: { ZoneArgument(named: $0)?.offsets },
                        snapshot: snapshot
                    )
                }
                return CheckAnswer(report: report, leftOut: leftOut).json
            }
        )
    }

    /// A page of requests.
    func requests(_ items: QueryItems) async throws -> Response {
        let listing = try RequestListing(items, clock: SystemClock.now())
        return .json(try await readers.ask { try listing.answer(from: $0) })
    }

    /// As `request ID --json`.
    func request(_ id: String, _ items: QueryItems) async throws -> Response {
        let now = try items.words().evaluationTime(clock: SystemClock.now())
        let value = try await readers.ask { store -> JSONValue? in
            guard let detail = try store.request(id) else { return nil }
            let parts = detail.requests.map { RequestPart($0, of: detail, now: now) }
            let orphans = detail.events.filter { $0.part == nil }
            return RequestJSON.value(id, parts, orphans: orphans)
        }
        guard let value else {
            throw Problem(.notFound, "No request '\(SafeText.line(id))' is stored.")
        }
        return .json(value)
    }

    /// As `sources list --json`.
    func sources() async throws -> Response {
        let now = SystemClock.now()
        return .json(
            try await readers.ask { store in
                let status = try store.status(now: now)
                let sources = SourceState.all(of: status, now: now, look: SeenFile.init(at:))
                return .object([("sources", .array(sources.map(SourceJSON.detailed)))])
            }
        )
    }

    /// As `rejects --json`.
    func rejects(_ items: QueryItems) async throws -> Response {
        let limit = items.integer("limit") ?? 1_000
        let source = items.first("source")
        return .json(
            try await readers.ask { RejectsText.json(try $0.rejects(source: source, limit: limit)) }
        )
    }

    /// As `status --json`.
    func status() async throws -> Response {
        let now = SystemClock.now()
        return .json(
            try await readers.ask { store in
                let status = try store.status(now: now)
                return StatusAnswer(
                    path: store.path,
                    status: status,
                    rules: try store.thresholds().count,
                    sources: SourceState.all(of: status, now: now, look: SeenFile.init(at:)),
                    now: now
                ).json
            }
        )
    }
}
