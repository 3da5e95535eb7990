import NIOCore

/// Holds the place of one connection among all that are open, and closes it where its first request is
/// late, from before any handshake on.
final class ConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let connections: OpenConnections
    private let firstRequest: TimeAmount
    private(set) var admission: OpenConnections.Admission?
    private var address = ""
    private var deadline: Scheduled<Void>?

    /// How long a connection beyond the limit may take to ask for `/health`.
    private static let healthRequest = TimeAmount.seconds(1)
    /// How long a client that was told to close may still read.
    private static let lingering = TimeAmount.seconds(1)

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
        close(context.channel, after: limit)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave(context) }

    func channelInactive(context: ChannelHandlerContext) {
        leave(context)
        context.fireChannelInactive()
    }

    /// Lets the connection be, now that its first request is there.
    func sawRequest() {
        deadline?.cancel()
        deadline = nil
    }

    /// Ends the connection once the client has read the last answer, or had time to.
    func linger(_ channel: any Channel) { close(channel, after: Self.lingering) }

    private func close(_ channel: any Channel, after limit: TimeAmount) {
        deadline?.cancel()
        deadline = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }

    private func leave(_ context: ChannelHandlerContext) {
        sawRequest()
        guard let admission else { return }
        self.admission = nil
        connections.close(context.channel, address: address, admission)
    }
}
