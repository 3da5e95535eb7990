/// How much a client may ask of the server.
package struct ServerLimits: Sendable {
    /// The maximum size of all header fields together, in bytes.
    package var headerBytes = 16 << 10
    package var headerFields = 64
    /// The time after which an idle connection is closed.
    package var idle = Duration.seconds(30)
    /// The time within which the head of a connection's first request has to arrive.
    package var firstRequest = Duration.seconds(5)
    /// The time within which a body has to arrive.
    package var body = Duration.seconds(30)
    /// The maximum size of a body as it is sent, and unpacked, in bytes.
    package var bodyBytes = 64 << 20
    /// The maximum number of lines in a body, events or not.
    package var bodyLines = 100_000
    /// The maximum size of all answers that are being made or read, in bytes.
    package var answerBytes = 96 << 20
    package var connections = 2_048
    /// The maximum number of open connections of one address.
    package var connectionsPerAddress = 1_024
    /// The maximum number of open event streams.
    package var streams = 256
    /// The sustained rate of requests of all clients together, per second; bursts are twice as
    /// large.
    package var requestsPerSecond = 2_000.0
    /// The sustained rate of wrong tokens of one address, per second, with bursts of 20.
    package var failedLoginsPerSecond = 1.0
    /// The interval of heartbeats on an idle event stream.
    package var heartbeat = Duration.seconds(15)

    package init() {}
}
