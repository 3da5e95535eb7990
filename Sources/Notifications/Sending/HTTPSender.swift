package import AgentEvents
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Resilience

/// Sends requests over HTTP: to checked addresses, without following redirects, bounded in time and
/// in what it reads.
package struct HTTPSender: Sendable {
    private let resolver: HostResolver
    private let now: @Sendable () -> Timestamp

    /// How much of an answer is read, in bytes.
    private static let maxBytes = 65_536
    /// How much of an answer is quoted in an error, in characters.
    private static let maxQuoted = 200

    /// The wall clock is for `Retry-After`.
    package init(resolver: HostResolver = .system, now: @escaping @Sendable () -> Timestamp) {
        self.resolver = resolver
        self.now = now
    }

    /// Sends one request; the timeout is for all of it, name lookup included, in microseconds.
    package func send(_ request: OutgoingRequest, timeout: Int64) async -> AttemptResult {
        do {
            return try await withTimeLimit(micros: timeout) { [self] in
                let host = request.target.host
                let addresses = try await resolver.allowedAddresses(of: host)
                return try await send(request, toFirstOf: addresses, timeout: timeout)
            }
        } catch {
            return Self.result(of: error, target: request.target)
        }
    }

    /// Tries one address after the other for as long as there is no connection.
    private func send(
        _ request: OutgoingRequest,
        toFirstOf addresses: [IPAddress],
        timeout: Int64
    ) async throws -> AttemptResult {
        let share = timeout / Int64(max(addresses.count, 1))
        for address in addresses.dropLast() {
            do {
                return try await send(request, to: address, connectWithin: share)
            } catch  where Self.isWithoutConnection(error) {
                continue
            }
        }
        guard let last = addresses.last else { throw ResolvingProblem.notFound }
        return try await send(request, to: last, connectWithin: timeout)
    }

    /// Whether nothing can have been sent.
    private static func isWithoutConnection(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .connectTimeout
        case let error as IOError:
            [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL].contains(
                error.errnoCode
            )
        default: error is NIOConnectionError
        }
    }

    private func send(
        _ request: OutgoingRequest,
        to address: IPAddress,
        connectWithin: Int64
    ) async throws -> AttemptResult {
        var settings = HTTPClient.Configuration()
        // The client looks no name up again, so the address is the one that was checked.
        settings.dnsOverride = [request.target.hostText: "\(address)"]
        settings.redirectConfiguration = .disallow
        settings.httpVersion = .http1Only
        settings.decompression = .disabled
        // Trying again is decided elsewhere, and the next address may answer at once.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.timeout.connect = .microseconds(connectWithin)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let result: Result<AttemptResult, any Error>
        do {
            result = .success(try await exchange(request, client))
        } catch {
            result = .failure(error)
        }
        // Fails only where it was shut down before.
        try? await client.shutdown()
        return try result.get()
    }

    private func exchange(
        _ request: OutgoingRequest,
        _ client: HTTPClient
    ) async throws -> AttemptResult {
        var message = HTTPClientRequest(url: request.target.url.revealed)
        message.method = .POST
        message.headers.add(name: "Content-Type", value: "application/json")
        message.headers.add(name: "User-Agent", value: "agentwatch")
        if let authorization = request.target.authorization {
            message.headers.add(name: "Authorization", value: authorization.revealed)
        }
        for (name, value) in request.headers { message.headers.add(name: name, value: value) }
        message.body = .bytes(ByteBuffer(bytes: request.body))
        let answer = try await client.execute(message, deadline: .distantFuture)
        let status = Int(answer.status.code)
        let verdict = AttemptVerdict.ofHTTP(
            status: status,
            retryAfter: answer.headers.first(name: "Retry-After"),
            now: now()
        )
        if verdict == .accepted { return .accepted }
        let text = Self.quoted(await start(of: answer), hiding: request)
        let problem = "HTTP \(status)" + (text.isEmpty ? "" : ": \(text)")
        return AttemptResult(verdict: verdict, problem: problem)
    }

    /// The beginning of an answer's body, for people; whatever interrupts it ends it.
    private func start(of answer: HTTPClientResponse) async -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await part in answer.body {
                bytes += part.readableBytesView.prefix(Self.maxBytes - bytes.count)
                if bytes.count >= Self.maxBytes || Task.isCancelled { break }
            }
        } catch {
            // The status has been read and decides; the text only helps people.
            return bytes
        }
        return bytes
    }

    private static func quoted(_ bytes: [UInt8], hiding request: OutgoingRequest) -> String {
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines
        )
        let masked = Secret.masking(request.target.secrets + request.secrets, in: text)
        return SafeText.line(masked, max: maxQuoted)
    }

    /// What an error of the client means; its own text may hold the URL and is not used.
    private static func result(of error: any Error, target: HTTPTarget) -> AttemptResult {
        switch error {
        case is TimeLimitExceeded: .again("no answer in time")
        case let error as HTTPClientError where error == .connectTimeout:
            .again("no connection in time")
        case is CancellationError: .again("broken off")
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            .again("the connection was closed")
        case ResolvingProblem.notFound: .again("\(target.hostText) has no address")
        case ResolvingProblem.notPublic:
            .refused(
                "\(target.hostText) leads to an address that is not public; to send there, put the "
                    + "address itself into the URL"
            )
        case is NIOConnectionError: .again("no connection to \(target)")
        case let error as IOError: .again(String(cString: strerror(error.errnoCode)))
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            .again("no TLS connection to \(target)")
        default: .again("the request failed (\(type(of: error)))")
        }
    }
}
