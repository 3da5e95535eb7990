import Hummingbird
import Presentation

/// The only list of the API's operations: routes, checks and the OpenAPI document are made of it.
struct APICatalog: Sendable {
    let endpoints: [Endpoint]

    init(_ service: ServiceParts, _ silences: SilencesController) {
        let answers = QueryController(readers: service.readers, budget: service.answers)
        let machine = MonitoringController(parts: service)
        let events = EventsController(ingest: service.ingest, limits: service.options.limits)
        let stream = ChangeStream(changes: service.changes, limits: service.options.limits)
        endpoints =
            Self.questions(answers) + Self.alerts(answers) + Self.silences(silences)
            + Self.state(answers)
            + [
                Endpoint(
                    method: .post,
                    path: "/api/v1/events",
                    level: .write,
                    summary:
                        "Store events, a JSON object a line; answered when they are committed.",
                    body: .events,
                    codes: [408, 409, 413, 415, 422],
                    schema: "Posted",
                    handler: { try await events.answer($0) }
                ),
                Endpoint(
                    method: .get,
                    path: "/api/v1/stream",
                    level: .read,
                    summary: "Server-sent events: a commit whenever something was stored.",
                    answers: "text/event-stream",
                    handler: { try stream.answer($0) }
                ),
                Endpoint(
                    method: .get,
                    path: "/health",
                    level: nil,
                    summary: "Whether the process answers.",
                    schema: "Health",
                    handler: { _ in .json(["status": "ok"]) }
                ),
                Endpoint(
                    method: .get,
                    path: "/ready",
                    level: .read,
                    summary: "Whether the store answers and reading is not stalled.",
                    schema: "Ready",
                    handler: { _ in try await machine.ready() }
                ),
                Endpoint(
                    method: .get,
                    path: "/metrics",
                    level: .read,
                    summary: "Metrics in Prometheus' text format.",
                    answers: "text/plain",
                    handler: { _ in try await machine.metrics() }
                ),
            ]
    }

    private static let report =
        Parameter.window + [
            .metrics, .comparison,
            Parameter("exact", .flag, "Compute from the events themselves."),
            Parameter(
                "slow_ms",
                .number,
                "The latency above which a request counts as slow, in milliseconds."
            ), limit,
        ]

    private static let limit = Parameter(
        "limit",
        .integer(1...10_000),
        "Only the largest groups by the first metric, and one (rest) that holds the others."
    )

    /// What is asked of metrics.
    private static func questions(_ answers: QueryController) -> [Endpoint] {
        [
            Endpoint(
                method: .get,
                path: "/api/v1/report",
                level: .read,
                summary: "The metrics of a window, as `agentwatch report --json`.",
                parameters: report + [.by],
                schema: "Report",
                handler: { try await answers.report($0.items) }
            ),
            Endpoint(
                method: .get,
                path: "/api/v1/timeseries",
                level: .read,
                summary: "The same, cut into stretches of time.",
                parameters: report + [
                    .by,
                    Parameter(
                        "step",
                        .choice(["minute", "hour", "day"]),
                        "How long a stretch is (default: hour)."
                    ),
                ],
                schema: "Report",
                handler: { try await answers.timeseries($0.items) }
            ),
            Endpoint(
                method: .get,
                path: "/api/v1/cost",
                level: .read,
                summary: "What calls cost, by model where nothing else is asked.",
                parameters: Parameter.window + [.by, .comparison, limit],
                schema: "Report",
                handler: { try await answers.cost($0.items) }
            ),
        ]
    }

    /// What is asked of alerts.
    private static func alerts(_ answers: QueryController) -> [Endpoint] {
        [
            Endpoint(
                method: .get,
                path: "/api/v1/alerts",
                level: .read,
                summary: "The rules judged now, as `agentwatch check --json`.",
                parameters: Parameter.window + [.by],
                schema: "Check",
                handler: { try await answers.alerts($0.items) }
            ),
            Endpoint(
                method: .get,
                path: "/api/v1/alerts/states",
                level: .read,
                summary: "The states of alerts with memory, as `agentwatch alerts list --json`.",
                schema: "AlertStates",
                handler: { _ in try await answers.alertStates() }
            ),
            Endpoint(
                method: .get,
                path: "/api/v1/silences",
                level: .read,
                summary: "The silences that have not ended.",
                schema: "Silences",
                handler: { _ in try await answers.silences() }
            ),
            Endpoint(
                method: .get,
                path: "/api/v1/alerts/history",
                level: .read,
                summary: "What happened to alerts, as `agentwatch alerts history --json`.",
                parameters: [
                    .since, .until, .now, .zone,
                    Parameter(
                        "limit",
                        .integer(1...10_000),
                        "The maximum number of changes and of messages (default: 100)."
                    ),
                ],
                schema: "AlertHistory",
                handler: { try await answers.alertHistory($0.items) }
            ),
        ]
    }

    /// What is done to silences.
    private static func silences(_ silences: SilencesController) -> [Endpoint] {
        [
            Endpoint(
                method: .post,
                path: "/api/v1/silences",
                level: .write,
                summary: "Silence alerts for a time, as `agentwatch alerts silence add`.",
                body: .silence,
                codes: [413],
                schema: "Silence",
                handler: { try await silences.add($0) }
            ),
            Endpoint(
                method: .delete,
                path: "/api/v1/silences/{id}",
                level: .write,
                summary: "End a silence now.",
                idSummary: "The number of the silence.",
                schema: "SilenceEnd",
                handler: { try await silences.expire($0) }
            ),
        ]
    }

    /// What is asked of single requests, sources and lines.
    private static func state(_ answers: QueryController) -> [Endpoint] {
        [
            Endpoint(
                method: .get,
                path: "/api/v1/requests",
                level: .read,
                summary:
                    "Requests that closed in a window, with open ones up to now, a page of them.",
                parameters: RequestListing.parameters,
                schema: "RequestList",
                handler: { try await answers.requests($0.items) }
            ),
            Endpoint(
                method: .get,
                path: "/api/v1/requests/{id}",
                level: .read,
                summary: "All that is stored under an id, as `agentwatch request ID --json`.",
                parameters: [.now],
                codes: [404],
                schema: "RequestDetail",
                handler: { try await answers.request($0.pathParameter ?? "", $0.items) }
            ),
            Endpoint(
                method: .get,
                path: "/api/v1/sources",
                level: .read,
                summary: "What was read, as `agentwatch sources list --json`.",
                schema: "Sources",
                handler: { _ in try await answers.sources() }
            ),
            Endpoint(
                method: .get,
                path: "/api/v1/rejects",
                level: .read,
                summary: "Lines that could not be read, as `agentwatch rejects --json`.",
                parameters: [
                    Parameter("source", .text, "Only lines of this source."),
                    Parameter("limit", .integer(1...10_000), "The maximum number (default: 1000)."),
                ],
                schema: "Rejects",
                handler: { try await answers.rejects($0.items) }
            ),
            Endpoint(
                method: .get,
                path: "/api/v1/status",
                level: .read,
                summary: "What the store holds, as `agentwatch status --json`.",
                schema: "Status",
                handler: { _ in try await answers.status() }
            ),
        ]
    }
}

extension Response {
    /// JSON as the command line prints it.
    static func json(_ value: JSONValue) -> Response { json(text: JSONWriter.document(value)) }

    /// A text that is JSON already.
    static func json(text: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
