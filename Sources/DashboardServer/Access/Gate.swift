import HTTPTypes
import Hummingbird

/// Who may do what: names, origins, tokens and rates, before any work is done.
struct Gate: Sendable {
    let tokens: AccessTokens
    let hosts: HostNames
    let isSecure: Bool
    let requests: RateLimit
    let refusals: RateLimit

    /// Where a browser keeps the token.
    static let cookie = "agentwatch_token"

    init(_ options: ServerOptions) {
        tokens = options.tokens
        hosts = HostNames(isLocal: options.isLocal, more: options.hostNames)
        isSecure = options.tls != nil
        let limits = options.limits
        requests = RateLimit(
            perSecond: limits.requestsPerSecond,
            burst: 2 * limits.requestsPerSecond
        )
        refusals = RateLimit(perSecond: limits.refusalsPerSecond, burst: 20)
    }

    /// Checks what needs no route: the rate, the name, the origin.
    ///
    /// - Throws: `Problem`
    func admit(_ request: Request) throws {
        guard requests.take() else { throw Problem.later(.tooManyRequests, "Too many requests.") }
        guard hosts.allow(request.head.authority) else {
            throw Problem(
                .misdirectedRequest,
                "This server has another name; allow this one with --allow-host."
            )
        }
        try checkOrigin(request)
    }

    /// A page of another origin neither reads nor changes anything here.
    private func checkOrigin(_ request: Request) throws {
        let foreign = Problem(.forbidden, "Pages of other origins are not served.")
        if let origin = request.headers[.origin] {
            guard let host = request.head.authority else { throw foreign }
            let own = "\(isSecure ? "https" : "http")://\(host.lowercased())"
            guard origin.lowercased() == own else { throw foreign }
        }
        guard let site = request.headers[.secFetchSite], site == "cross-site" || site == "same-site"
        else { return }
        // Following a link is fine.
        guard request.method == .get, request.headers[.secFetchMode] == "navigate" else {
            throw foreign
        }
    }

    /// Checks that a client may do what needs a level.
    ///
    /// - Throws: `Problem`
    func authorise(_ request: Request, for needed: AccessLevel) throws {
        guard !tokens.isEmpty else { return }
        let (token, isCookie) = Self.token(of: request)
        guard let token else {
            throw Problem(
                .unauthorized,
                "A token is needed: Authorization: Bearer TOKEN, or log in at /login.",
                [.wwwAuthenticate: "Bearer"]
            )
        }
        guard let level = try level(of: token) else {
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

    /// What a token allows, unless too many wrong ones came of late.
    ///
    /// - Throws: `Problem`
    func level(of token: String) throws -> AccessLevel? {
        guard refusals.hasRoom else {
            throw Problem.later(.tooManyRequests, "Too many wrong tokens.", seconds: 5)
        }
        let level = tokens.level(of: token)
        if level == nil { _ = refusals.take() }
        return level
    }

    private static func token(of request: Request) -> (token: String?, isCookie: Bool) {
        if let header = request.headers[.authorization] {
            let words = header.split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[0].lowercased() == "bearer" else { return (nil, false) }
            return (String(words[1]), false)
        }
        return (request.cookies[cookie]?.value, true)
    }
}

extension HTTPField.Name {
    /// What kind of request a browser makes.
    static var secFetchMode: HTTPField.Name { known("Sec-Fetch-Mode") }
    /// Whose page made a browser ask.
    static var secFetchSite: HTTPField.Name { known("Sec-Fetch-Site") }
    /// Makes a repeated post harmless.
    static var idempotencyKey: HTTPField.Name { known("Idempotency-Key") }
    /// Tells that an answer was given before.
    static var idempotencyReplayed: HTTPField.Name { known("Idempotency-Replayed") }
    /// Who may embed an answer.
    static var resourcePolicy: HTTPField.Name { known("Cross-Origin-Resource-Policy") }
    /// What a page tells of itself when it leads elsewhere.
    static var referrerPolicy: HTTPField.Name { known("Referrer-Policy") }

    private static func known(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a name") }
        return name
    }
}
