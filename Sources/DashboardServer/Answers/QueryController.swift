import AgentEvents
import Alerting
import EventStorage
import Hummingbird
import MetricsEngine
import Pipeline
import Presentation

/// Answers queries from a snapshot of the store, in the parameters of the command line.
struct QueryController: Sendable {
    let readers: StoreReaders
    let budget: AnswerBudget

    /// How many groups a report may have; more are refused, or folded into `(rest)` where a limit
    /// is given.
    private static let maxGroups = 10_000
    private static let json = "application/json"

    /// Makes an answer on a reader's thread.
    private func answer(
        _ write: @escaping @Sendable (any EventStore, AnswerBuffer) throws -> Void
    ) async throws -> Response {
        let buffer = AnswerBuffer(budget)
        try await readers.ask { try write($0, buffer) }
        return buffer.response(Self.json)
    }

    private func answer(
        _ value: @escaping @Sendable (any EventStore) throws -> JSONValue
    ) async throws -> Response {
        try await answer { store, buffer in
            try buffer.write(JSONWriter.document(try value(store)))
        }
    }

    /// Answers as `report --json` does.
    func report(_ items: QueryItems) async throws -> Response {
        try await answer(try Self.parameters(items))
    }

    /// A report by time.
    func timeseries(_ items: QueryItems) async throws -> Response {
        var parameters = try Self.parameters(items)
        parameters.query.by.append(items.first("step") ?? Dimension.hour.rawValue)
        return try await answer(parameters)
    }

    private static func parameters(_ items: QueryItems) throws -> ReportParameters {
        var parameters = ReportParameters(query: try items.parameters())
        parameters.metrics = items.all("metric")
        parameters.isExact = items.flag("exact")
        parameters.limit = items.integer("limit")
        parameters.comparison = try items.first("compare").map { try PeriodComparison($0) }
        if let slow = items.first("slow_ms").flatMap({ Double($0) }) {
            parameters.slowMillis = slow
        }
        return parameters
    }

    /// A report of money and tokens.
    func cost(_ items: QueryItems) async throws -> Response {
        var parameters = ReportParameters(query: try items.parameters())
        if parameters.query.by.isEmpty { parameters.query.by = [Dimension.model.rawValue] }
        parameters.metrics = Self.costMetrics
        parameters.limit = items.integer("limit")
        parameters.comparison = try items.first("compare").map { try PeriodComparison($0) }
        return try await answer(parameters)
    }

    private static let costMetrics = [
        "cost_usd_total", "cost_per_request_usd_avg", "llm_calls", "input_tokens", "output_tokens",
        "cache_hit_ratio",
    ]

    private func answer(_ parameters: ReportParameters) async throws -> Response {
        let now = SystemClock.now()
        // What is wrong with the parameters needs no store.
        _ = try parameters.metricQuery(clock: now)
        do {
            return try await answer { store, buffer in
                try ReportStream.write(
                    parameters,
                    as: .json,
                    from: store,
                    clock: now,
                    maxGroups: Self.maxGroups,
                    to: buffer.write
                )
            }
        } catch let error as TooManyGroups {
            throw Problem(
                .badRequest,
                "The report has \(error.count) groups, and at most \(error.max) are answered: ask for "
                    + "a shorter window or longer steps, filter with where=, or give limit=N for the "
                    + "N largest by the first metric and one group that holds the rest."
            )
        }
    }

    /// Answers as `check --json` does.
    func alerts(_ items: QueryItems) async throws -> Response {
        let parameters = try items.parameters()
        let now = parameters.evaluationTime(clock: SystemClock.now())
        let narrowing = try RuleNarrowing(parameters, now: now)
        return try await answer { store in
            let (kept, leftOut) = narrowing.applied(to: RuleSet(try store.thresholds()))
            let report = try store.read { try kept.check(now: now, $0) }
            return CheckAnswer(report: report, leftOut: leftOut).json
        }
    }

    /// Answers as the alerts of `alerts list --json`.
    func alertStates() async throws -> Response {
        try await answer { store in
            let memory = try store.read { try $0.alertMemory() }
            return ["alerts": .array(memory.records.map(AlertStates.json))]
        }
    }

    /// Answers as `alerts silence list --json` does.
    func silences() async throws -> Response {
        let now = SystemClock.now()
        return try await answer { store in
            let silences = try store.read { try $0.alertMemory() }.silences
                .filter { $0.endsAt > now }
            return ["silences": .array(silences.map { AlertStates.json($0, now: now) })]
        }
    }

    /// Answers as `alerts history --json` does.
    func alertHistory(_ items: QueryItems) async throws -> Response {
        let parameters = try items.parameters()
        let now = parameters.evaluationTime(clock: SystemClock.now())
        let limit = items.first("limit").flatMap { Int($0) } ?? 100  // as the catalog says
        var window = try parameters.window(now: now)
        // What happened at this very moment is asked for, too.
        if window.until == now { window.until = now + 1 }
        let asked = window
        return try await answer { store in
            try store.read { try AlertHistory($0, in: asked, limit: limit) }.json
        }
    }

    /// A page of requests.
    func requests(_ items: QueryItems) async throws -> Response {
        let listing = try RequestListing(items, clock: SystemClock.now())
        return try await answer { try listing.answer(from: $0) }
    }

    /// Answers as `request ID --json` does.
    func request(_ id: String, _ items: QueryItems) async throws -> Response {
        let now = try items.parameters().evaluationTime(clock: SystemClock.now())
        return try await answer { store -> JSONValue in
            guard let detail = try store.request(id) else {
                throw Problem(.notFound, "No request '\(SafeText.line(id))' is stored.")
            }
            let parts = detail.requests.map { RequestPart($0, of: detail, now: now) }
            let orphans = detail.events.filter { $0.part == nil }
            return RequestJSON.value(id, parts, orphans: orphans)
        }
    }

    /// Answers as `sources list --json` does.
    func sources() async throws -> Response {
        let now = SystemClock.now()
        return try await answer { store in
            let status = try store.status(now: now)
            let sources = SourceState.all(of: status, now: now, look: FileStatus.init(at:))
            return ["sources": .array(sources.map(SourceJSON.detailed))]
        }
    }

    /// Answers as `rejects --json` does.
    func rejects(_ items: QueryItems) async throws -> Response {
        let limit = items.integer("limit") ?? 1_000
        let source = items.first("source")
        return try await answer { store, buffer in
            try RejectsText.writeJSON(
                source: source,
                limit: limit,
                from: store,
                to: buffer.write
            )
        }
    }

    /// Answers as `status --json` does.
    func status() async throws -> Response {
        let now = SystemClock.now()
        return try await answer { store in
            let status = try store.status(now: now)
            return StatusAnswer(
                path: store.path,
                status: status,
                rules: try store.thresholds().count,
                sources: SourceState.all(of: status, now: now, look: FileStatus.init(at:)),
                now: now
            ).json
        }
    }
}
