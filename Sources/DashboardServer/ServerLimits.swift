/// How much a client may ask of the server.
package struct ServerLimits: Sendable {
    /// Of all header fields together, in bytes.
    package var headerBytes = 16 << 10
    package var headerFields = 64
    /// A connection on which nothing happens is closed after this time.
    package var idle = Duration.seconds(30)
    /// The head of a connection's first request has to arrive within this time.
    package var firstRequest = Duration.seconds(5)
    /// A body has to arrive within this time.
    package var body = Duration.seconds(30)
    /// Of a body as it is sent, and unpacked.
    package var bodyBytes = 64 << 20
    /// Lines of a body, events or not.
    package var bodyLines = 100_000
    /// Of all answers together that are being made or read.
    package var answerBytes = 96 << 20
    package var connections = 2_048
    /// Open connections of one address.
    package var connectionsPerAddress = 1_024
    /// Streams that are open at once.
    package var streams = 256
    /// Requests a second over a longer time, of all clients together; twice as many at once.
    package var requestsPerSecond = 2_000.0
    /// Wrong tokens a second of one address, sustained; 20 at once.
    package var failedLoginsPerSecond = 1.0
    /// An open stream that has nothing to tell says so in this interval.
    package var heartbeat = Duration.seconds(15)

    package init() {}
}
