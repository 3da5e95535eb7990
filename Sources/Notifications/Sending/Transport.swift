import Resilience

/// Carries what receivers made to where it belongs.
package protocol Transport: Sendable {
    /// Carries all of it, or says what went wrong.
    ///
    /// Heeds cancellation. The timeout is for each request or process, in microseconds.
    func carry(_ outgoing: Outgoing, timeout: Int64) async -> AttemptResult
}

/// Over the network, to programs and to the log.
package struct SystemTransport: Transport {
    private let http: HTTPSender
    private let processes: ProcessRunner
    private let log: @Sendable (LogOutput) -> Void

    package init(
        http: HTTPSender,
        processes: ProcessRunner,
        log: @escaping @Sendable (LogOutput) -> Void
    ) {
        self.http = http
        self.processes = processes
        self.log = log
    }

    package func carry(_ outgoing: Outgoing, timeout: Int64) async -> AttemptResult {
        switch outgoing {
        case .lines(let lines):
            for line in lines { log(line) }
            return .accepted
        case .process(let process):
            return await processes.run(process, timeout: timeout)
        case .requests(let requests):
            for request in requests {
                let result = await http.send(request, timeout: timeout)
                // Those that have arrived are sent again with the rest, under the same keys.
                guard result.verdict == .accepted else { return result }
            }
            return .accepted
        }
    }
}
