import HTTPTypes
import Hummingbird

/// Says what the token of a request allows.
struct Authenticator: Sendable {
    private let tokens: AccessTokens
    private let failures: AddressTokenBuckets

    /// Where a browser keeps the token.
    static let cookie = "agentwatch_token"

    init(_ options: ServerOptions) {
        tokens = options.tokens
        failures = AddressTokenBuckets(
            perSecond: options.limits.failedLoginsPerSecond,
            burst: 20
        )
    }

    /// Checks that a client may do what needs a level.
    ///
    /// - Throws: `Problem`
    func authorise(_ request: Request, from client: Client, for needed: AccessLevel) throws {
        guard !tokens.isEmpty else { return }
        let (token, isCookie) = Self.token(of: request)
        guard let token else {
            throw Problem(
                .unauthorized,
                "A token is needed: Authorization: Bearer TOKEN, or log in at /login.",
                [.wwwAuthenticate: "Bearer"]
            )
        }
        guard let level = try level(of: token, from: client) else {
            throw Problem(.unauthorized, "The token is not known.", [.wwwAuthenticate: "Bearer"])
        }
        guard level.allows(needed) else {
            throw Problem(.forbidden, "This needs a token with the right to \(needed.rawValue).")
        }
        let isSafe = request.method == .get || request.method == .head
        if isCookie, !isSafe, request.headers[.origin] == nil {
            throw Problem(.forbidden, "A change from a browser needs the header Origin.")
        }
    }

    /// What a token allows; `nil` where nobody has it.
    ///
    /// The token is looked up first, so that wrong ones, however many, keep nobody else out.
    ///
    /// - Throws: `Problem` where the client has sent too many wrong tokens lately.
    func level(of token: String, from client: Client) throws -> AccessLevel? {
        if let level = tokens.level(of: token) { return level }
        guard failures.tryAcquire(client.network) else {
            throw Problem.later(.tooManyRequests, "Too many wrong tokens.", seconds: 5)
        }
        return nil
    }

    private static func token(of request: Request) -> (token: String?, isCookie: Bool) {
        if let header = request.headers[.authorization] {
            let words = header.split(separator: " ")
            guard words.count == 2, words[0].lowercased() == "bearer" else { return (nil, false) }
            return (String(words[1]), false)
        }
        return (request.cookies[cookie]?.value, true)
    }
}
