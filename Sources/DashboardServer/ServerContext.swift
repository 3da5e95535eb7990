import Hummingbird
import NIOCore

/// What is known of a request beside itself.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Who made the request; `ClientMiddleware` finds that out.
    var client = Client.unknown
    /// Whether the client is still there.
    var presence = ClientPresence()

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The address at the other end of the connection, without its port.
    var peer: String? { channel.remoteAddress?.ipAddress }
}
