import HTTPTypes
import Hummingbird

/// One operation of the API: what routes it, describes it and answers it.
struct Endpoint: Sendable {
    var method: HTTPRequest.Method
    /// The path, with `{name}` for a variable part.
    var path: String
    /// `nil` needs no token.
    var level: AccessLevel?
    /// One sentence.
    var summary: String
    var parameters: [Parameter] = []
    /// The content type of a good answer.
    var answers = "application/json"
    /// What a body may be; `nil` takes none.
    var body: EndpointBody?
    /// Status codes beside 200 and those that every operation has.
    var codes: [Int] = []
    /// What `{id}` is, where the path has one.
    var idSummary = "The request_id of the log."
    /// The name of the schema of a good answer, where it is JSON.
    var schema: String?
    var handler: @Sendable (APIRequest) async throws -> Response

    /// The path in the router's form.
    var routerPath: RouterPath {
        RouterPath(path.replacing("{", with: ":").replacing("}", with: ""))
    }

    /// Whether a path leads here, whatever the method.
    func matches(_ path: String) -> Bool {
        let (own, other) = (self.path.split(separator: "/"), path.split(separator: "/"))
        return own.count == other.count
            && zip(own, other).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

/// What an operation takes as its body.
enum EndpointBody: Sendable {
    case events
    case form
    case silence

    var contentTypes: [String] {
        switch self {
        case .events: ["application/x-ndjson", "application/ndjson", "application/jsonl"]
        case .form: ["application/x-www-form-urlencoded"]
        case .silence: ["application/json"]
        }
    }
}

/// A request that has passed all middleware.
struct APIRequest: Sendable {
    var request: Request
    var context: ServerContext
    var items: QueryItems
    /// What stands in the path for `{name}`, decoded.
    var pathParameter: String?
}
