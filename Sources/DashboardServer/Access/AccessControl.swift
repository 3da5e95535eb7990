import HTTPTypes
import Hummingbird

/// Who may do what: names, origins, tokens and rates, before any work is done.
struct AccessControl: Sendable {
    private let tokens: AccessTokens
    private let hosts: HostNames
    private let proxies: TrustedProxies
    private let isTLS: Bool
    private let requests: SharedTokenBucket
    private let failures: AddressTokenBuckets

    /// Where a browser keeps the token.
    static let cookie = "agentwatch_token"

    init(_ options: ServerOptions) {
        tokens = options.tokens
        hosts = HostNames(isLocal: options.isLocal, more: options.hostNames)
        proxies = options.trustedProxies
        isTLS = options.tls != nil
        let limits = options.limits
        requests = SharedTokenBucket(
            perSecond: limits.requestsPerSecond,
            burst: 2 * limits.requestsPerSecond
        )
        failures = AddressTokenBuckets(perSecond: limits.failedLoginsPerSecond, burst: 20)
    }

    /// Who made a request.
    func client(of request: Request, _ context: ServerContext) -> Client {
        Client(request, peer: context.peer, isEncrypted: isTLS, proxies)
    }

    /// Checks what needs no route: the rate, the host, the origin.
    ///
    /// - Throws: `Problem`
    func admit(_ request: Request, from client: Client) throws {
        guard requests.tryAcquire() else {
            throw Problem.later(.tooManyRequests, "Too many requests.")
        }
        guard request.headers[values: .host].isEmpty else {
            throw Problem(.badRequest, "A request has one Host header; this one has several.")
        }
        guard hosts.allow(request.head.authority) else {
            throw Problem(
                .misdirectedRequest,
                "This server has another name; allow this one with --allow-host."
            )
        }
        try checkOrigin(request, from: client)
    }

    /// Refuses pages of another origin, which may neither read nor change anything here.
    private func checkOrigin(_ request: Request, from client: Client) throws {
        let foreign = Problem(.forbidden, "Pages of other origins are not served.")
        if let origin = request.headers[.origin] {
            guard let host = request.head.authority, isOwn(origin, host: host, client: client)
            else {
                throw foreign
            }
        }
        guard let site = request.headers[.secFetchSite], site == "cross-site" || site == "same-site"
        else { return }
        // Following a link is fine.
        guard request.method == .get, request.headers[.secFetchMode] == "navigate" else {
            throw foreign
        }
    }

    /// Whether an `Origin` names the host that was asked.
    ///
    /// The scheme may be either without TLS here: a proxy that encrypts passes `https` on, and need
    /// not be declared for that.
    private func isOwn(_ origin: String, host: String, client: Client) -> Bool {
        let schemes = client.isEncrypted ? ["https"] : ["http", "https"]
        return schemes.contains { scheme in
            let prefix = "\(scheme)://"
            guard origin.lowercased().hasPrefix(prefix) else { return false }
            let port = scheme == "https" ? ":443" : ":80"
            func plain(_ authority: String) -> String {
                let text = authority.lowercased()
                return text.hasSuffix(port) ? String(text.dropLast(port.count)) : text
            }
            return plain(String(origin.dropFirst(prefix.count))) == plain(host)
        }
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

extension HTTPField.Name {
    /// A second `Host`: the first is the request's authority, and no header any more.
    static var host: HTTPField.Name { known("Host") }
    /// Whom a proxy was asked by.
    static var forwardedFor: HTTPField.Name { known("X-Forwarded-For") }
    /// The scheme by which a proxy was called.
    static var forwardedProto: HTTPField.Name { known("X-Forwarded-Proto") }
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
    /// The `Referrer-Policy` header.
    static var referrerPolicy: HTTPField.Name { known("Referrer-Policy") }

    private static func known(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a name") }
        return name
    }
}
