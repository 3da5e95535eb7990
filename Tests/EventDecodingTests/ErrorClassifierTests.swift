import AgentEvents
import EventDecoding
import Testing

/// Errors of SDKs, of HTTP and of the network find their class.
struct ErrorClassifierTests {
    static let texts: [(text: String, errorClass: ErrorClass?)] = [
        ("", nil), ("Strange", nil), ("request 14297 failed", nil), ("author unknown", nil),
        ("lossless", nil), ("Unterminated quotation mark in tool arguments", nil),
        ("request id req_429abc failed", nil), ("usage 1429 tokens this hour", nil),
        ("id=52913 crashed", nil), ("unsafety", nil), ("dnsmasq", nil), ("misquotas", nil),
        ("apologised", nil), ("the reconnectioning", nil), ("gatewaykeeper", nil),
        ("You exceeded your current quota", .rateLimit), ("quotas used up", .rateLimit),
        ("openai.RateLimitError", .rateLimit), ("ratelimiterror", .rateLimit),
        ("litellm.apiconnectionerror", .connection), ("HTTPConnectionPool", .connection),
        ("socket.timeout", .timeout), ("GatewayTimeout", .timeout),
        ("503: overloaded", .overloaded),
        ("ResponsibleAIPolicyViolation", .contentFilter),
        ("RateLimitError", .rateLimit), ("Error code: 429", .rateLimit),
        ("insufficient_quota", .rateLimit), ("ThrottlingException", .rateLimit),
        ("RESOURCE_EXHAUSTED", .rateLimit),
        ("overloaded_error", .overloaded), ("HTTP 529", .overloaded),
        ("APITimeoutError", .timeout), ("Request timed out.", .timeout),
        ("DEADLINE_EXCEEDED", .timeout), ("timeout after 500 ms", .timeout), ("504", .timeout),
        ("InternalServerError", .server), ("503 Service Unavailable", .server),
        ("api_error", .server), ("upstream said 502", .server),
        ("APIConnectionError", .connection), ("read ECONNRESET", .connection),
        ("getaddrinfo ENOTFOUND api.x.com", .connection),
        ("AuthenticationError", .auth), ("Incorrect API key provided", .auth),
        ("401", .auth), ("permission_error", .auth),
        ("BadRequestError", .invalidRequest), ("invalid_request_error", .invalidRequest),
        ("UnprocessableEntityError", .invalidRequest), ("status 422", .invalidRequest),
        ("ContextWindowExceededError", .contextLength), ("context_length_exceeded", .contextLength),
        ("prompt is too long: 210000 tokens > 200000 maximum", .contextLength),
        ("content_filter", .contentFilter), ("ContentPolicyViolationError", .contentFilter),
        ("FileNotFoundError", .toolError), ("ToolException", .toolError),
        ("access denied", .denied), ("The user rejected by user", .denied),
        ("AbortError", .cancelled), ("asyncio.CancelledError", .cancelled),
        ("MaxTurnsExceeded", .maxTurns), ("GraphRecursionError", .maxTurns),
    ]

    @Test("A text names a class or none", arguments: texts)
    func classified(text: String, errorClass: ErrorClass?) {
        let found = Array(text.utf8).withUnsafeBytes { ErrorClassifier.errorClass(of: $0) }
        #expect(found == errorClass)
    }

    @Test("Every class is found by its own name", arguments: ErrorClass.allCases)
    func ownName(errorClass: ErrorClass) {
        let found = Array(errorClass.name.utf8).withUnsafeBytes {
            ErrorClassifier.errorClass(of: $0)
        }
        #expect(found == errorClass)
    }

    static let failures: [(kind: String, members: String, errorClass: ErrorClass?)] = [
        ("llm_call", #""success":false"#, .other), ("tool_call", #""success":false"#, .toolError),
        ("llm_call", #""error":"boom""#, .other), ("tool_call", #""error":"boom""#, .toolError),
        ("llm_call", #""error":"429","error_type":"APITimeoutError""#, .timeout),
        ("llm_call", #""error":"429 slow down","error_type":"Strange""#, .rateLimit),
        ("llm_call", #""error":"429","success":true"#, nil),
        ("tool_call", #""error_type":"TimeoutError""#, nil),
        ("task_end", #""error":"429","outcome":"failed""#, nil),
    ]

    @Test(
        "The type decides before the text, and only failed calls have a class",
        arguments: failures
    )
    func failed(kind: String, members: String, errorClass: ErrorClass?) throws {
        #expect(try #require(DecodedLine(kind, members).event).errorClass == errorClass)
    }
}
