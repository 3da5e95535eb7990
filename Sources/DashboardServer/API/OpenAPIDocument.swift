import HTTPTypes
import MetricsEngine
import Presentation

/// The OpenAPI 3.1 document, made of the list that routes are made of.
enum OpenAPIDocument {
    /// The whole document.
    static func value(_ endpoints: [Endpoint]) -> JSONValue {
        var paths: [(key: String, value: JSONValue)] = []
        for endpoint in endpoints {
            let operation = (
                key: endpoint.method.rawValue.lowercased(), value: self.operation(endpoint)
            )
            if let index = paths.firstIndex(where: { $0.key == endpoint.path }),
                case .object(let others) = paths[index].value
            {
                paths[index].value = .object(others + [operation])
            } else {
                paths.append((endpoint.path, .object([operation])))
            }
        }
        return .object([
            ("openapi", .string("3.1.0")),
            (
                "info",
                .object([
                    ("title", .string("agentwatch")), ("version", .string("1")),
                    ("description", .string("How AI agents do, as their logs tell it.")),
                ])
            ),
            ("paths", .object(paths)),
            ("components", components),
        ])
    }

    private static func operation(_ endpoint: Endpoint) -> JSONValue {
        var parameters = endpoint.parameters.map(parameter)
        if endpoint.path.contains("{id}") { parameters.insert(pathParameter, at: 0) }
        if endpoint.body == .events { parameters.append(idempotencyKey) }
        var members: [(key: String, value: JSONValue)] = [
            ("summary", .string(endpoint.summary)),
            ("parameters", .array(parameters)),
            ("responses", responses(endpoint)),
        ]
        if let body = endpoint.body { members.append(("requestBody", requestBody(body))) }
        let scheme = JSONValue.object([("token", .array([]))])
        // Where no tokens are set none is needed.
        members.append(("security", .array(endpoint.level == nil ? [] : [scheme, .object([])])))
        return .object(members)
    }

    private static func parameter(_ parameter: Parameter) -> JSONValue {
        let single = schema(parameter.form)
        let list = JSONValue.object([("type", .string("array")), ("items", single)])
        var members: [(key: String, value: JSONValue)] = [
            ("name", .string(parameter.name)), ("in", .string("query")),
            ("description", .string(parameter.summary)), ("required", .bool(false)),
            ("schema", parameter.repeats ? list : single),
        ]
        if parameter.repeats { members.append(("explode", .bool(true))) }
        return .object(members)
    }

    private static func schema(_ form: Parameter.Form) -> JSONValue {
        switch form {
        case .text: .object([("type", .string("string")), ("minLength", .integer(1))])
        case .time: pattern(OpenAPISchemas.time)
        case .zone: pattern(OpenAPISchemas.zone)
        case .condition:
            pattern("^(\(Dimension.filterable.joined(separator: "|")))=[A-Za-z0-9_. -]+$")
        case .list(let words):
            pattern(
                "^(\(words.map(escaped).joined(separator: "|")))"
                    + "(,(\(words.map(escaped).joined(separator: "|"))))*$"
            )
        case .integer(let range):
            .object([
                ("type", .string("integer")), ("minimum", .integer(Int64(range.lowerBound))),
                ("maximum", .integer(Int64(range.upperBound))),
            ])
        case .number: .object([("type", .string("number")), ("minimum", .integer(0))])
        case .flag: .object([("type", .string("boolean"))])
        case .choice(let words):
            .object([("type", .string("string")), ("enum", .array(words.map(JSONValue.string)))])
        }
    }

    private static func pattern(_ pattern: String) -> JSONValue {
        .object([("type", .string("string")), ("pattern", .string(pattern))])
    }

    private static func escaped(_ word: String) -> String {
        word.replacing("(", with: "\\(").replacing(")", with: "\\)")
    }

    private static let pathParameter = JSONValue.object([
        ("name", .string("id")), ("in", .string("path")), ("required", .bool(true)),
        ("description", .string("The request_id of the log.")),
        ("schema", .object([("type", .string("string")), ("minLength", .integer(1))])),
    ])

    private static let idempotencyKey = JSONValue.object([
        ("name", .string("Idempotency-Key")), ("in", .string("header")),
        ("description", .string("Makes the same post harmless when it comes again.")),
        ("required", .bool(false)),
        (
            "schema",
            .object([
                ("type", .string("string")), ("minLength", .integer(1)),
                ("maxLength", .integer(256)), ("pattern", .string("^[ -~]+$")),
            ])
        ),
    ])

    private static func requestBody(_ body: EndpointBody) -> JSONValue {
        let text = JSONValue.object([("schema", .object([("type", .string("string"))]))])
        return .object([
            ("required", .bool(false)),
            ("content", .object(body.contentTypes.map { (key: $0, value: text) })),
        ])
    }

    /// What every operation may answer beside its own: a malformed question, a token that is missing
    /// or of the wrong level, another host, too much, trouble.
    private static let commonCodes = [400, 401, 403, 404, 405, 408, 415, 421, 429, 503]

    private static func responses(_ endpoint: Endpoint) -> JSONValue {
        let schema: JSONValue =
            endpoint.schema.map { .object([("$ref", .string("#/components/schemas/\($0)"))]) }
            ?? .object([
                ("type", .string(endpoint.answers == "application/json" ? "object" : "string"))
            ])
        let good = JSONValue.object([
            ("description", .string("The answer.")),
            (
                "content",
                .object([(endpoint.answers, .object([("schema", schema)]))])
            ),
        ])
        let problem = JSONValue.object([("$ref", .string("#/components/responses/Problem"))])
        let codes = Set(commonCodes + endpoint.codes).sorted()
        return .object([("200", good)] + codes.map { ("\($0)", problem) })
    }

    private static let components = JSONValue.object([
        ("schemas", .verbatim(OpenAPISchemas.text)),
        (
            "securitySchemes",
            .object([
                (
                    "token",
                    .object([("type", .string("http")), ("scheme", .string("bearer"))])
                )
            ])
        ),
        (
            "responses",
            .object([
                (
                    "Problem",
                    .object([
                        ("description", .string("What went wrong, as RFC 9457 has it.")),
                        ("content", .object([("application/problem+json", problemSchema)])),
                    ])
                )
            ])
        ),
    ])

    private static let problemSchema: JSONValue = {
        let text = JSONValue.object([("type", .string("string"))])
        return .object([
            (
                "schema",
                .object([
                    ("type", .string("object")),
                    (
                        "required",
                        .array(["type", "title", "status", "detail"].map(JSONValue.string))
                    ),
                    (
                        "properties",
                        .object([
                            ("type", text), ("title", text),
                            ("status", .object([("type", .string("integer"))])), ("detail", text),
                        ])
                    ),
                ])
            )
        ])
    }()
}

extension Dimension {
    /// Those that can be filtered by and whose values are free.
    fileprivate static let filterable = Dimension.allCases.filter {
        !$0.isTime && $0 != .error && $0 != .outcome
    }.map(\.rawValue)
}
