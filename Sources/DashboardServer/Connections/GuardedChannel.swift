import HTTPTypes
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// An HTTP/1.1 connection with the handlers that bound it.
struct GuardedChannel: HTTPChannelHandler {
    typealias Value = HTTP1Channel.Value

    private let bounds: ConnectionBounds
    private let base: HTTP1Channel

    var responder: HTTPChannelHandler.Responder { base.responder }

    init(_ bounds: ConnectionBounds, responder: @escaping Responder) {
        self.bounds = bounds
        base = HTTP1Channel(responder: responder, configuration: bounds.configuration)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        bounds.addGuard(to: channel).flatMap { setUpGuarded(channel, logger) }
    }

    /// The same for a connection that has its guard already.
    func setUpGuarded(_ channel: any Channel, _ logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            try pipeline.addHandler(KeepAliveHandler(), position: .before(codec))
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// A connection of which TLS negotiates whether it speaks HTTP/2 or HTTP/1.1, with the same bounds.
struct NegotiatedChannel: HTTPChannelHandler {
    typealias Version = NIONegotiatedHTTPVersion<GuardedChannel.Value, HTTP2Channel.Value>

    /// A connection whose version is not known before the handshake.
    struct Value: ServerChildChannelValue {
        let version: EventLoopFuture<Version>
        let channel: any Channel
    }

    private let bounds: ConnectionBounds
    private let http1: GuardedChannel
    private let http2: HTTP2Channel

    var responder: HTTPChannelHandler.Responder { http1.responder }

    init(_ bounds: ConnectionBounds, responder: @escaping Responder) {
        self.bounds = bounds
        http1 = GuardedChannel(bounds, responder: responder)
        http2 = HTTP2Channel(
            responder: responder,
            configuration: HTTP2ChannelConfiguration(
                idleTimeout: bounds.idle,
                streamConfiguration: bounds.configuration
            )
        )
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        bounds.addGuard(to: channel).flatMap {
            channel.configureHTTP2AsyncSecureUpgrade(
                http1ConnectionInitializer: { http1.setUpGuarded($0, logger) },
                http2ConnectionInitializer: { http2.setup(channel: $0, logger: logger) }
            )
        }.map { Value(version: $0, channel: channel) }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.version.get() {
            case .http1_1(let connection): await http1.handle(value: connection, logger: logger)
            case .http2(let connection): await http2.handle(value: connection, logger: logger)
            }
        } catch {
            // The handshake failed or took too long, and the connection is closed.
            logger.debug("no HTTP version was negotiated", metadata: ["error": "\(error)"])
        }
    }
}

/// What bounds every connection.
struct ConnectionBounds: Sendable {
    private let limits: ServerLimits
    private let connections: OpenConnections

    init(_ limits: ServerLimits, _ connections: OpenConnections) {
        self.limits = limits
        self.connections = connections
    }

    var idle: Duration { limits.idle }

    /// Of a connection of HTTP/1.1, and of a stream of HTTP/2.
    var configuration: HTTP1Channel.Configuration {
        let connections = connections
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionHandler(connections)],
            idleTimeout: TimeAmount(limits.idle),
            httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: limits.headerBytes,
                maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: limits.headerFields
            )
        )
    }

    /// Before everything else, so that a handshake is bounded, too.
    func addGuard(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let handler = ConnectionGuard(
                connections,
                firstRequest: TimeAmount(limits.firstRequest)
            )
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }
}
