import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Watches the requests of one connection of HTTP/1.1, or the one request of a stream of HTTP/2: refuses
/// what there is no place for, and ends the connection where an answer says so.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: OpenConnections
    private var guardian: ConnectionGuard?
    /// The connection to which a stream belongs; `nil` for a connection itself.
    private var parent: (any Channel)?
    /// Whether the answer that is being written says `Connection: close`.
    private var isLastAnswer = false
    /// Whether what still arrives is thrown away.
    private var isOver = false

    init(_ connections: OpenConnections) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) {
        func find(_ channel: any Channel) -> ConnectionGuard? {
            // A stream's own pipeline has none.
            try? channel.pipeline.syncOperations.handler(type: ConnectionGuard.self)
        }
        guardian = find(context.channel)
        guard guardian == nil, let connection = context.channel.parent else { return }
        parent = connection
        guardian = find(connection)
        connections.add(context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave(context) }

    func channelInactive(context: ChannelHandlerContext) {
        leave(context)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The end of a request closes the input of a stream; of a connection, its client does.
        if case ChannelEvent.inputClosed = event, parent == nil {
            connections.client(of: context.channel).leave()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        if case .head(let request) = unwrapInboundIn(data) {
            guardian?.sawRequest()
            if guardian?.admission == .healthOnly, request.path != "/health" {
                return refuse(context)
            }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var response):
            isLastAnswer = response.headerFields[.connection]?.lowercased() == "close"
            // HTTP/2 has no such header, and ends streams by itself.
            if parent != nil { response.headerFields[.connection] = nil }
            context.write(wrapOutboundOut(.head(response)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            let isLast = parent == nil && isLastAnswer
            guard isLast || guardian?.admission == .healthOnly else {
                return context.write(data, promise: promise)
            }
            context.writeAndFlush(data, promise: promise)
            end(context)
        }
    }

    /// Answers a request for which there is no place.
    private func refuse(_ context: ChannelHandlerContext) {
        let problem = Problem.later(
            .serviceUnavailable,
            "Too many connections are open, of all clients or of this address.",
            seconds: 5
        )
        let text = problem.text
        var head = HTTPResponse(status: problem.status, headerFields: problem.headers)
        head.headerFields[.contentType] = Problem.contentType
        head.headerFields[.contentLength] = "\(text.utf8.count)"
        if parent == nil { head.headerFields[.connection] = "close" }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(string: text))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        end(context)
    }

    private func end(_ context: ChannelHandlerContext) {
        isOver = true
        if parent == nil { context.close(mode: .output, promise: nil) }
        guardian?.linger(parent ?? context.channel)
    }

    private func leave(_ context: ChannelHandlerContext) {
        guard parent != nil else { return }
        connections.remove(context.channel)
    }
}
