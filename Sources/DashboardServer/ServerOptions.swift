package import Pages

/// Where and how the server listens.
package struct ServerOptions: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes any that is free.
    package var port = 8_480
    /// A Unix socket on which it listens instead.
    package var unixSocket: String?
    /// The path below which a proxy shows it.
    package var basePath = BasePath.root
    package var tokens = AccessTokens()
    /// Names beside the local ones under which it may be addressed.
    package var hostNames: [String] = []
    /// `nil` for plain HTTP.
    package var tls: ServerTLS?
    /// Proxies whose forwarding headers are believed.
    package var trustedProxies = TrustedProxies()
    package var limits = ServerLimits()

    package init() {}

    /// Whether only programs of this machine can reach it.
    package var isLocal: Bool {
        unixSocket != nil || ["127.0.0.1", "::1", "localhost"].contains(host)
    }

    /// Why it must not listen so; `nil` where it may.
    package var refusal: String? {
        guard !isLocal, tokens.isEmpty else { return nil }
        return
            "listening on \(host) lets everybody read and post; set a token with --tokens FILE or "
            + "AGENTWATCH_ADMIN_TOKEN, or listen on 127.0.0.1"
    }
}
