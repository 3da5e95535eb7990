import AsyncHTTPClient
package import EventStorage
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// Statements to one database of a ClickHouse server, over its HTTP interface.
///
/// Each waits for its answer, so that it must not be called on a thread of an event loop. The server makes an
/// answer whole before it sends it, so that a problem comes instead of an answer and never in the middle of one;
/// where the connection breaks, what was handed over is a beginning, and an error follows.
package final class ServerConnection: Sendable {
    /// How long to wait, in microseconds.
    package struct Limits: Sendable {
        /// For a connection.
        package var connect: Int64 = 10_000_000
        /// For the next part of an answer, its beginning included.
        package var silence: Int64 = 300_000_000

        package init() {}
    }

    package let address: ServerAddress
    private let client: HTTPClient
    private let control: QueryControl?
    private let headers: HTTPHeaders

    /// Nothing is sent yet.
    ///
    /// `control`: says whether to wait any longer for an answer.
    package init(
        _ address: ServerAddress,
        password: ServerPassword?,
        limits: Limits = Limits(),
        control: QueryControl? = nil
    ) {
        self.address = address
        self.control = control
        var settings = HTTPClient.Configuration()
        settings.redirectConfiguration = .disallow
        settings.httpVersion = .http1Only
        // What is unpacked is handed over in parts, so that memory does not hold all of it.
        settings.decompression = address.isCompressed ? .enabled(limit: .none) : .disabled
        if let file = address.authorities {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(file)
            settings.tlsConfiguration = tls
        }
        settings.timeout.connect = .microseconds(limits.connect)
        settings.timeout.read = .microseconds(limits.silence)
        // Whether to try again is decided by who knows what a statement does.
        settings.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        var headers = HTTPHeaders([
            ("X-ClickHouse-User", address.user), ("User-Agent", "agentwatch"),
        ])
        if address.isCompressed { headers.add(name: "Accept-Encoding", value: "gzip") }
        if let password { headers.add(name: "X-ClickHouse-Key", value: password.revealed) }
        self.headers = headers
    }

    deinit {
        // Fails only where it was shut down before, and nobody waits for it.
        client.shutdown { _ in }
    }

    /// Runs a statement that answers nothing.
    ///
    /// - Throws: `StoreError`
    package func execute(_ sql: String, operation: String) throws {
        try send(sql, operation: operation) { _ in }
    }

    /// Hands over the answer to a statement as it comes, on another thread; `take` must ask nothing here.
    ///
    /// - Throws: `StoreError`, and what `take` throws.
    package func read(
        _ sql: String,
        operation: String,
        _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws { try send(sql, operation: operation, take) }

    /// Hands over the rows that a query gives, as they come, on another thread; neither closure may
    /// ask anything here.
    ///
    /// `sql`: without a format. `decode`: reads one row, column by column; it may be called again for
    /// the same row.
    ///
    /// - Throws: `StoreError` with code `damaged` where an answer is not made of such rows, what `read`
    ///   throws, and what `take` throws.
    package func rows<Row>(
        _ sql: String,
        operation: String,
        decode: (inout RowBinaryReader) throws -> Row,
        take: (Row) throws -> Void
    ) throws {
        do {
            try withoutActuallyEscaping(decode) { decode in
                var stream = RowStream(decode)
                try read(sql + " FORMAT RowBinary", operation: operation) {
                    try stream.take($0, take)
                }
                try stream.end()
            }
        } catch is RowBinaryReader.Problem {
            throw StoreError(
                .damaged,
                operation: "\(operation) on \(address)",
                cause: "the answer is not made of the rows that were asked for",
                hint: "report it, with the version of the server"
            )
        }
    }

    /// Adds rows to a table, whose names and format the statement says.
    ///
    /// - Throws: `StoreError`; then the server may have all of the rows, none, or, of more than a block (a
    ///   million rows), some.
    package func insert(_ sql: String, rows: [UInt8], operation: String) throws {
        try send(sql, rows: rows, operation: operation) { _ in }
    }

    /// Rows are with their shards when an answer comes, and of replicas the first that lives is asked: who has just
    /// stored something finds it, and what others have stored before.
    private static let ofClusters = "&insert_distributed_sync=1&load_balancing=in_order"

    private func send(
        _ sql: String,
        rows: [UInt8]? = nil,
        operation: String,
        _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var url = address.url + "?wait_end_of_query=1&database=\(address.database)"
        if address.cluster != nil { url += Self.ofClusters }
        if address.isCompressed { url += "&enable_http_compression=1" }
        if rows != nil {
            // `nil` is for half of a surrogate pair, which no `String` has.
            url +=
                "&query=\(sql.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        do {
            var body = rows ?? Array(sql.utf8)
            var headers = headers
            if address.isCompressed, body.count > Self.minPacked {
                body = GzipPacking.packed(body)
                headers.add(name: "Content-Encoding", value: "gzip")
            }
            let request = try HTTPClient.Request(
                url: url,
                method: .POST,
                headers: headers,
                body: .bytes(body)
            )
            try withoutActuallyEscaping(take) { take in
                let reader = AnswerReader(take)
                defer { reader.end() }
                let task = client.execute(request: request, delegate: reader)
                let watch = watch(task)
                defer { watch?.cancel() }
                try task.wait()
            }
        } catch let problem as ServerProblem {
            throw problem.storeError(operation, address)
        } catch let problem as ForeignAnswer {
            throw problem.storeError(operation, address)
        } catch let error as HTTPClientError {
            if error == .cancelled { throw givenUp(operation) }
            throw unreachable("\(error)", operation)
        } catch let error as any NIOFailure {
            throw unreachable("\(error)", operation)
        }
    }

    /// Less is not worth it.
    private static let minPacked = 1_000

    /// Ends a statement once nobody waits for its answer.
    private func watch(_ task: HTTPClient.Task<Void>) -> RepeatedTask? {
        guard let control else { return nil }
        return task.eventLoop.scheduleRepeatedTask(
            initialDelay: Self.look,
            delay: Self.look
        ) { watch in
            guard control.shouldStop else { return }
            task.cancel()
            watch.cancel()
        }
    }

    private static let look = TimeAmount.milliseconds(50)

    private func givenUp(_ operation: String) -> StoreError {
        StoreError(
            .interrupted,
            operation: "\(operation) on \(address)",
            cause: "it took too long, or nobody waits for the answer any more",
            hint: "ask for less at once"
        )
    }

    private func unreachable(_ cause: String, _ operation: String) -> StoreError {
        if cause.contains("CERTIFICATE_VERIFY_FAILED") {
            return StoreError(
                .io,
                operation: "\(operation) on \(address)",
                cause: "the server's certificate is not signed by who is trusted here",
                hint: "name a file of the authority's certificate with ?ca= in --db"
            )
        }
        let isUnread = ["noSuchFilesystemObject", "failedToLoadCertificate"].contains {
            cause.contains($0)
        }
        if let file = address.authorities, isUnread {
            return StoreError(
                .io,
                operation: "reading the certificates of \(file)",
                cause: "there is no such file, or it holds none",
                hint: "name a file in PEM format with ?ca= in --db"
            )
        }
        return StoreError(
            .io,
            operation: "\(operation) on \(address)",
            cause: "no answer from the server (\(cause))",
            hint:
                "see that it runs, and that --db names its port for HTTP, with clickhouses:// where that takes TLS"
        )
    }
}

/// The errors of connections, beside `HTTPClientError`.
private protocol NIOFailure: Error {}
extension IOError: NIOFailure {}
extension NIOConnectionError: NIOFailure {}
extension NIOSSLError: NIOFailure {}
extension BoringSSLError: NIOFailure {}
extension HTTPParserError: NIOFailure {}
extension ChannelError: NIOFailure {}
