import HTTPTypes
import MetricsEngine
import Pages
import Presentation

/// The OpenAPI 3.1 document, made of the list that routes are made of.
enum OpenAPIDocument {
    /// The whole document; the paths in it stand below `base`.
    static func value(_ endpoints: [Endpoint], below base: BasePath = .root) -> JSONValue {
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
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "agentwatch",
                "version": "1",
                "description": "How AI agents do, as their logs tell it.",
            ],
            "servers": [["url": .string(base == .root ? "/" : base.text)]],
            "paths": .object(paths),
            "components": components,
        ]
    }

    private static func operation(_ endpoint: Endpoint) -> JSONValue {
        var parameters = endpoint.parameters.map(parameter)
        if endpoint.path.contains("{id}") {
            parameters.insert(pathParameter(endpoint.idSummary), at: 0)
        }
        if endpoint.body == .events { parameters.append(idempotencyKey) }
        var members: [(key: String, value: JSONValue)] = [
            ("summary", .string(endpoint.summary)),
            ("parameters", .array(parameters)),
            ("responses", responses(endpoint)),
        ]
        if let body = endpoint.body { members.append(("requestBody", requestBody(body))) }
        let scheme: JSONValue = ["token": .array([])]
        // Where no tokens are set none is needed.
        members.append(("security", .array(endpoint.level == nil ? [] : [scheme, .object([])])))
        return .object(members)
    }

    private static func parameter(_ parameter: Parameter) -> JSONValue {
        let single = schema(parameter.form)
        let list: JSONValue = ["type": "array", "items": single]
        var members: [(key: String, value: JSONValue)] = [
            ("name", .string(parameter.name)), ("in", "query"),
            ("description", .string(parameter.summary)), ("required", false),
            ("schema", parameter.repeats ? list : single),
        ]
        if parameter.repeats { members.append(("explode", true)) }
        return .object(members)
    }

    private static func schema(_ form: Parameter.Form) -> JSONValue {
        switch form {
        case .text: ["type": "string", "minLength": 1]
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
            [
                "type": "integer",
                "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ]
        case .number: ["type": "number", "minimum": 0]
        case .flag: ["type": "boolean"]
        case .choice(let words):
            ["type": "string", "enum": .array(words.map(JSONValue.string))]
        }
    }

    private static func pattern(_ pattern: String) -> JSONValue {
        ["type": "string", "pattern": .string(pattern)]
    }

    private static func escaped(_ word: String) -> String {
        word.replacing("(", with: "\\(").replacing(")", with: "\\)")
    }

    private static func pathParameter(_ summary: String) -> JSONValue {
        [
            "name": "id",
            "in": "path",
            "required": true,
            "description": .string(summary),
            "schema": ["type": "string", "minLength": 1],
        ]
    }

    private static let idempotencyKey: JSONValue = [
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Makes the same post harmless when it comes again.",
        "required": false,
        "schema": [
            "type": "string",
            "minLength": 1,
            "maxLength": 256,
            "pattern": "^[ -~]+$",
        ],
    ]

    private static func requestBody(_ body: EndpointBody) -> JSONValue {
        let schema: JSONValue =
            body == .silence
            ? ["$ref": "#/components/schemas/NewSilence"] : ["type": "string"]
        return [
            "required": .bool(body == .silence),
            "content": .object(body.contentTypes.map { (key: $0, value: ["schema": schema]) }),
        ]
    }

    /// What every operation may answer beside its own: a malformed question, a token that is missing
    /// or of the wrong level, another host, too much, trouble.
    private static let commonCodes = [400, 401, 403, 404, 405, 408, 415, 421, 429, 503]

    private static func responses(_ endpoint: Endpoint) -> JSONValue {
        let schema: JSONValue =
            endpoint.schema.map { ["$ref": "#/components/schemas/\($0)"] }
            ?? [
                "type": .string(endpoint.answers == "application/json" ? "object" : "string")
            ]
        let good: JSONValue = [
            "description": "The answer.",
            "content": [endpoint.answers: ["schema": schema]],
        ]
        let problem: JSONValue = ["$ref": "#/components/responses/Problem"]
        let codes = Set(commonCodes + endpoint.codes).sorted()
        return .object([("200", good)] + codes.map { ("\($0)", problem) })
    }

    private static let components: JSONValue = [
        "schemas": .verbatim(OpenAPISchemas.text),
        "securitySchemes": [
            "token": ["type": "http", "scheme": "bearer"]
        ],
        "responses": [
            "Problem": [
                "description": "What went wrong, as RFC 9457 has it.",
                "content": ["application/problem+json": problemSchema],
            ]
        ],
    ]

    private static let problemSchema: JSONValue = {
        let text: JSONValue = ["type": "string"]
        return [
            "schema": [
                "type": "object",
                "required": .array(["type", "title", "status", "detail"].map(JSONValue.string)),
                "properties": [
                    "type": text,
                    "title": text,
                    "status": ["type": "integer"],
                    "detail": text,
                ],
            ]
        ]
    }()
}

extension Dimension {
    /// Those that can be filtered by and whose values are free.
    fileprivate static let filterable = Dimension.allCases.filter {
        !$0.isTime && $0 != .error && $0 != .outcome
    }.map(\.rawValue)
}
