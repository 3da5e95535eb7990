package import AgentEvents

/// Tells the class of an error from its type or text.
///
/// The table is data: phrases in lower case, from the most telling to the least, as `PhraseIndex`
/// reads them. The first phrase that is found decides. It covers the exception names of the common
/// SDKs (OpenAI, Anthropic, Google, LiteLLM, httpx, Node) and what HTTP and the network say.
package enum ErrorClassifier {
    /// The class that the text names; nothing where it says nothing.
    package static func errorClass(of text: UnsafeRawBufferPointer) -> ErrorClass? {
        withUnsafeTemporaryAllocation(byteCount: maxTextBytes, alignment: 1) { buffer in
            let length = lowerCase(text, into: buffer)
            let lowered = UnsafeRawBufferPointer(rebasing: buffer[..<length])
            let start = UnsafeRawBufferPointer(rebasing: text[..<length])
            return named(lowered) ?? index.first(in: lowered, of: start)
        }
    }

    /// How much of a text is looked at: an error says what it is early.
    private static let maxTextBytes = 1024
    private static let index = PhraseIndex(phrases)

    /// The class whose own name the whole text is.
    private static func named(_ text: UnsafeRawBufferPointer) -> ErrorClass? {
        ErrorClass.allCases.first { text.elementsEqual($0.name.utf8) }
    }

    /// Copies the beginning of a text with its ASCII letters in lower case.
    private static func lowerCase(
        _ text: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        let length = min(text.count, buffer.count)
        for position in 0..<length {
            let byte = text[position]
            buffer[position] = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
        }
        return length
    }

    /// The phrases of each class, in order of priority.
    static let phrases: [(ErrorClass, [String])] = [
        (
            .contextLength,
            [
                "context_length", "context length", "contextwindow*", "context window",
                "context_window", "contextlength", "prompt is too long", "prompt too long",
                "maximum context", "too many tokens in", "input is too long", "max_tokens_exceeded",
            ]
        ),
        (
            .contentFilter,
            [
                "content_filter", "content filter", "contentfilter", "contentpolicy*",
                "content_policy", "content policy", "content management policy", "safety",
                "responsible_ai", "responsibleai*", "moderation", "recitation",
                "blocked by policy", "guardrail",
            ]
        ),
        (
            .maxTurns,
            [
                "max_turns", "maxturns", "max turns", "maximum turns", "graphrecursion",
                "recursion limit", "recursion_limit", "max_iterations", "max iterations",
                "maximum iterations", "max_steps", "maxsteps", "iteration limit",
            ]
        ),
        (
            .rateLimit,
            [
                "rate_limit", "rate limit", "ratelimit*", "rate-limit", "too many requests",
                "too_many_requests", "toomanyrequests", "quota", "resource_exhausted",
                "resourceexhausted", "resource exhausted", "throttl*", "tokens per min*",
                "requests per min*",
            ]
        ),
        (
            .overloaded,
            ["overloaded", "overload*", "over capacity", "at capacity", "model is busy"]
        ),
        (
            .cancelled,
            [
                "cancelled", "canceled", "cancellation", "aborterror", "aborted by", "interrupted",
                "keyboardinterrupt", "user abort",
            ]
        ),
        (
            .timeout,
            [
                "timeout", "timed out", "timed_out", "time out", "deadline", "etimedout",
                "took too long",
            ]
        ),
        (
            .auth,
            [
                "authentication", "authenticat*", "unauthorized", "unauthorised", "unauthenticated",
                "invalid api key", "invalid_api_key", "incorrect api key", "invalid x-api-key",
                "api key not", "apikey", "permissiondenied", "permission_denied",
                "permission_error", "permissionerror", "expired token", "token expired",
                "invalid token", "credential", "forbidden", "auth_error", "autherror",
            ]
        ),
        (
            .denied,
            [
                "denied", "rejected by user", "user rejected", "not allowed", "disallowed",
                "declined",
            ]
        ),
        (
            .toolError,
            [
                "tool_error", "toolerror", "tool error", "toolexception", "tool_execution",
                "tool execution", "tool call failed", "filenotfound", "modulenotfound",
                "no such file",
            ]
        ),
        (
            .connection,
            [
                "connection", "connecterror", "econnreset", "econnrefused", "econnaborted",
                "enotfound", "ehostunreach", "enetunreach", "eai_again", "epipe", "broken pipe",
                "socket", "network", "dns", "name resolution", "getaddrinfo", "unreachable",
                "sslerror", "ssl error", "tls error", "remoteprotocolerror", "readerror",
                "writeerror", "fetch failed",
                "peer closed", "eof occurred", "incomplete chunked",
            ]
        ),
        (
            .server,
            [
                "internalserver", "internal_server", "internal server", "internal error",
                "internal_error", "server_error", "servererror", "server error", "api_error",
                "serviceunavailable", "service_unavailable", "service unavailable", "unavailable",
                "badgateway", "bad gateway", "bad_gateway", "gateway",
            ]
        ),
        (
            .invalidRequest,
            [
                "invalid_request", "invalidrequest", "invalid request", "badrequest",
                "bad_request", "bad request", "invalid_argument", "invalidargument",
                "invalid argument", "unprocessable", "validation", "not_found", "notfound",
                "not found", "unsupported", "malformed", "json_schema", "request_too_large",
                "request too large",
            ]
        ),
        // Status codes last: a number may mean anything, a word seldom does.
        (.rateLimit, ["429"]),
        (.overloaded, ["529"]),
        (.timeout, ["408", "504"]),
        (.auth, ["401", "403"]),
        (.invalidRequest, ["400", "404", "405", "409", "413", "415", "422"]),
        (.server, ["500", "501", "502", "503", "520", "521", "522"]),
        (.cancelled, ["499"]),
    ]
}
