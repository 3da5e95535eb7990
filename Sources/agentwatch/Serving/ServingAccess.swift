import AgentEvents
import ArgumentParser
import DashboardServer
import Glibc
import Pages
import Presentation

/// Makes of the command line and the environment who may do what.
enum ServingAccess {
    /// - Throws: `CommandFailure` where a token or a file is of no use.
    static func options(_ command: ServeCommand) throws -> ServerOptions {
        var options = ServerOptions()
        options.host = command.host
        options.port = Int(command.port)
        options.unixSocket = command.unixSocket
        options.basePath = command.basePath ?? .root
        options.hostNames = command.allowHost
        if let timeout = command.timeout {
            options.limits.idle = timeout.duration
            options.limits.body = timeout.duration
        }
        options.tokens = try tokens(command.tokens)
        for proxy in command.trustedProxy where !options.trustedProxies.add(proxy) {
            throw ValidationError(
                "--trusted-proxy \(SafeText.line(proxy)) is not an address: write one as 127.0.0.1, "
                    + "2001:db8::1 or 10.0.0.0/8"
            )
        }
        if let certificate = command.tlsCert, let key = command.tlsKey {
            options.tls = try tls(certificate, key)
        }
        return options
    }

    private static func tls(_ certificate: String, _ key: String) throws -> ServerTLS {
        do {
            return try ServerTLS(
                certificate: .init(path: certificate, text: TextFile.content(certificate)),
                key: .init(path: key, text: TextFile.content(key))
            )
        } catch let problem as ServerTLS.Problem {
            throw CommandFailure(
                "reading \(SafeText.line(problem.path))",
                problem.cause,
                problem.hint
            )
        }
    }

    private static func tokens(_ file: String?) throws -> AccessTokens {
        var tokens = AccessTokens()
        do {
            if let file { try tokens.add(file: try TextFile.content(file)) }
        } catch let problem as AccessTokens.Problem {
            throw CommandFailure(
                "reading \(SafeText.line(file ?? ""))",
                problem.description,
                "write one token on a line, after its level, as in `read sha256:HEX`"
            )
        }
        for level in AccessLevel.allCases {
            let name = "AGENTWATCH_\(level.rawValue.uppercased())_TOKEN"
            guard let token = getenv(name).map({ String(cString: $0) }), !token.isEmpty else {
                continue
            }
            do { try tokens.add(token, level) } catch let problem as AccessTokens.Problem {
                throw CommandFailure(
                    "reading \(name)",
                    problem.description,
                    "make one with `openssl rand -hex 32`"
                )
            }
        }
        return tokens
    }
}
