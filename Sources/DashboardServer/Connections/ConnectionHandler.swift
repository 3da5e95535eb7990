import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Guards one connection: it takes a place, has to send its first request soon, and is closed where an
/// answer says so.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: OpenConnections
    private let firstRequest: TimeAmount
    private var admission: OpenConnections.Admission?
    private var address = ""
    private var deadline: Scheduled<Void>?
    /// Whether the answer that is being written says `Connection: close`.
    private var isLastAnswer = false
    /// Whether what still arrives is thrown away.
    private var isOver = false

    /// How long a client that was told to close may still read.
    private static let lingering = TimeAmount.seconds(1)
    /// How long a connection beyond the limit may take to ask for `/health`.
    private static let healthRequest = TimeAmount.seconds(1)

    /// `firstRequest`: how long a connection may take to send the head of its first request.
    init(_ connections: OpenConnections, firstRequest: TimeAmount) {
        self.connections = connections
        self.firstRequest = firstRequest
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // A channel without an address, as of a Unix socket, shares its places with its like.
        address = context.remoteAddress?.ipAddress ?? ""
        let admission = connections.open(context.channel, address: address)
        self.admission = admission
        if admission == .refused { return context.close(promise: nil) }
        let limit = admission == .full ? firstRequest : min(firstRequest, Self.healthRequest)
        close(context, after: limit)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave(context) }

    func channelInactive(context: ChannelHandlerContext) {
        leave(context)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            connections.client(of: context.channel).leave()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        if case .head(let request) = unwrapInboundIn(data) {
            deadline?.cancel()
            deadline = nil
            if admission == .healthOnly, request.path != "/health" { return refuse(context) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let response):
            isLastAnswer = response.headerFields[.connection]?.lowercased() == "close"
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            guard isLastAnswer || admission == .healthOnly else {
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
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(string: text))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        end(context)
    }

    /// Ends the connection once the client has read the answer, or had time to.
    private func end(_ context: ChannelHandlerContext) {
        isOver = true
        context.close(mode: .output, promise: nil)
        close(context, after: Self.lingering)
    }

    private func close(_ context: ChannelHandlerContext, after limit: TimeAmount) {
        deadline?.cancel()
        // A handler lives on one event loop, as its context does.
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: limit) { bound.value.close(promise: nil) }
    }

    private func leave(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        guard let admission else { return }
        self.admission = nil
        connections.close(context.channel, address: address, admission)
    }
}
