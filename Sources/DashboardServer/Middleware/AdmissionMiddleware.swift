import HTTPTypes
import Hummingbird

/// Refuses what no route should see: too many requests, other hosts, pages of other origins.
struct AdmissionMiddleware: RouterMiddleware {
    private let hosts: HostNames
    private let requests: SharedTokenBucket

    init(_ options: ServerOptions) {
        hosts = HostNames(isLocal: options.isLocal, more: options.hostNames)
        let rate = options.limits.requestsPerSecond
        requests = SharedTokenBucket(perSecond: rate, burst: 2 * rate)
    }

    @concurrent func handle(
        _ request: Request,
        context: ServerContext,
        next: @concurrent (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        try admit(request, from: context.client)
        return try await next(request, context)
    }

    /// Checks the rate, the host and the origin.
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
}
