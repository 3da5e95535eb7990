import AgentEvents
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Pipeline
import Testing

@testable import DashboardServer

/// What every operation answers, by Hummingbird's router tests: the whole responder without a socket.
struct RouterTests {
    private static let token = "Zk3vQ8mT1xW6rB9yN4cL"

    /// A server over an empty store, in a folder that goes with it.
    private final class EmptyServer {
        private let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("router-\(UUID().uuidString)")
        let application: Application<BasePathResponder>

        init(_ options: ServerOptions) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let database = folder.appendingPathComponent("store.db").path
            let store = try StoreChoice.openForWriting(database)
            let parts = ServiceParts(
                options: options,
                store: store,
                readers: try StoreReaders(database: database, count: 1, maxWaiting: 8),
                ingest: EventIngestService(store: store, render: DashboardService.postAnswer),
                health: StoreHealth(),
                connections: OpenConnections(maxConnections: 8, maxPerAddress: 8),
                answers: AnswerBudget(maxBytes: 1 << 20),
                changes: ChangeWatch(store: store),
                counters: CallCounters(after: 0),
                delivery: nil,
                startedAt: Timestamp(micros: 0)
            )
            let logger = Logger(label: "router") { _ in SwiftLogNoOpLogHandler() }
            application = Application(
                responder: ServerRouter.responder(parts, logger),
                logger: logger
            )
        }

        deinit {
            // What is left in the temporary folder harms nobody.
            try? FileManager.default.removeItem(at: folder)
        }
    }

    /// A request and what has to come of it.
    struct Row: Sendable, CustomTestStringConvertible {
        var method = HTTPRequest.Method.get
        var path: String
        var type: String?
        var status: HTTPResponse.Status
        var says: String

        var testDescription: String { "\(method) \(path)" }
    }

    private static let rows: [Row] = [
        Row(path: "/health", status: .ok, says: "ok"),
        Row(path: "/ready", status: .ok, says: "ready"),
        Row(path: "/metrics", status: .ok, says: "agentwatch_"),
        Row(path: "/api/v1/status", status: .ok, says: #""events": 0"#),
        Row(path: "/api/v1/report?by=agent&since=24h", status: .ok, says: "groups"),
        Row(path: "/api/v1/report?by=", status: .badRequest, says: "needs a value"),
        Row(path: "/api/v1/report?by=,", status: .badRequest, says: "no dimension"),
        Row(path: "/api/v1/report?agnet=a", status: .badRequest, says: "did you mean agent?"),
        Row(path: "/api/v1/report?since=soon", status: .badRequest, says: "not a time"),
        Row(path: "/api/v1/report?since=%zz", status: .badRequest, says: "percent-encoded"),
        Row(path: "/api/v1/report?limit=0", status: .badRequest, says: "from 1 to"),
        Row(path: "/api/v1/requests?where=hour=3", status: .badRequest, says: "takes no hour"),
        Row(path: "/api/v1/requests/none", status: .notFound, says: "none"),
        Row(path: "/api/v1/nothing", status: .notFound, says: "Nothing is at"),
        Row(method: .delete, path: "/api/v1/report", status: .methodNotAllowed, says: "GET, HEAD"),
        Row(
            method: .post,
            path: "/api/v1/events",
            type: "text/plain",
            status: .unsupportedMediaType,
            says: "application/x-ndjson"
        ),
        Row(path: "/api/v1/alerts/states", status: .ok, says: #""alerts": []"#),
        Row(path: "/api/v1/alerts/history", status: .ok, says: #""transitions": []"#),
        Row(path: "/api/v1/alerts/history?limit=0", status: .badRequest, says: "from 1 to"),
        Row(path: "/", status: .ok, says: "<h1>Overview</h1>"),
        Row(path: "/?since=soon", status: .badRequest, says: "Invalid request"),
        Row(path: "/requests?hour=3", status: .badRequest, says: "takes no hour"),
        Row(path: "/requests?id=none", status: .ok, says: "Nothing is stored under none"),
        Row(path: "/assets/page.css", status: .ok, says: "body"),
        Row(path: "/api/openapi.json", status: .ok, says: "openapi"),
    ]

    @Test(
        "Every operation answers on an empty store, and says what is wrong with a request",
        arguments: rows
    )
    func answers(row: Row) async throws {
        let server = try EmptyServer(ServerOptions())
        let headers = row.type.map { [HTTPField.Name.contentType: $0] as HTTPFields } ?? [:]
        try await server.application.test(.router) { client in
            let answer = try await client.execute(
                uri: row.path,
                method: row.method,
                headers: headers
            )
            #expect(answer.status == row.status)
            #expect(String(buffer: answer.body).contains(row.says))
            #expect(answer.headers[.contentSecurityPolicy] != nil)
        }
    }

    @Test(
        "Without a token nothing is told but that the server lives",
        arguments: [
            ("/health", HTTPResponse.Status.ok), ("/assets/page.js", .ok),
            ("/api/v1/status", .unauthorized), ("/metrics", .unauthorized),
        ]
    )
    func access(path: String, status: HTTPResponse.Status) async throws {
        var options = ServerOptions()
        try options.tokens.add(Self.token, .read)
        let server = try EmptyServer(options)
        try await server.application.test(.router) { client in
            let answer = try await client.execute(uri: path, method: .get)
            #expect(answer.status == status)
            let headers: HTTPFields = [.authorization: "Bearer \(Self.token)"]
            let allowed = try await client.execute(uri: path, method: .get, headers: headers)
            #expect(allowed.status == .ok)
        }
    }

    @Test(
        "A silence that silences nothing, or is malformed, is refused with what would do",
        arguments: [
            (#"{"matchers": {"rule": "error_rte"}, "seconds": 60}"#, "there is no rule"),
            (#"{"matchers": {"colour": "red"}, "seconds": 60}"#, "there is no label"),
            (#"{"matchers": {"agent": "a"}, "seconds": 60}"#, "no rule has alerts"),
            (#"{"matchers": {}, "seconds": 60}"#, "needs what it silences"),
            (#"{"matchers": {"severity": "warning"}, "seconds": 0}"#, "above 0"),
            (#"{"matchers": {"severity": "warning"}, "seconds": 1.5}"#, "an object with"),
            (#"{"matchers": {"severity": "warning"}}"#, "an object with"),
            ("[]", "an object with"), ("", "an object with"),
            (
                #"{"matchers": {"severity": "warning"}, "seconds": 9, "comment": "\u0000"}"#,
                "no control characters"
            ),
        ]
    )
    func refusedSilences(body: String, says: String) async throws {
        let server = try EmptyServer(ServerOptions())
        try await server.application.test(.router) { client in
            let answer = try await client.execute(
                uri: "/api/v1/silences",
                method: .post,
                headers: [.contentType: "application/json"],
                body: ByteBuffer(string: body)
            )
            #expect(answer.status == .badRequest)
            #expect(String(buffer: answer.body).contains(says), "\(String(buffer: answer.body))")
        }
    }

    @Test("A silence is added, shown and ended, by those who may write")
    func silences() async throws {
        var options = ServerOptions()
        try options.tokens.add(Self.token, .read)
        try options.tokens.add(Self.token + "write", .write)
        let server = try EmptyServer(options)
        func headers(_ token: String) -> HTTPFields {
            [.authorization: "Bearer \(token)", .contentType: "application/json"]
        }
        let body = ByteBuffer(
            string: #"{"matchers": {"severity": "warning"}, "seconds": 60, "author": "me"}"#
        )
        let (reader, writer) = (headers(Self.token), headers(Self.token + "write"))
        try await server.application.test(.router) { client in
            let path = "/api/v1/silences"
            let refused = try await client.execute(
                uri: path,
                method: .post,
                headers: reader,
                body: body
            )
            #expect(refused.status == .forbidden)
            let added = try await client.execute(
                uri: path,
                method: .post,
                headers: writer,
                body: body
            )
            #expect(added.status == .ok)
            #expect(String(buffer: added.body).contains(#""active": true"#))
            let one = "\(path)/1"
            #expect(try await client.execute(uri: one, method: .get).status == .methodNotAllowed)
            let list = try await client.execute(uri: path, method: .get, headers: reader)
            #expect(String(buffer: list.body).contains(#""author": "me""#))
            let ended = try await client.execute(uri: one, method: .delete, headers: writer)
            #expect(ended.status == .ok)
            let again = try await client.execute(uri: one, method: .delete, headers: writer)
            #expect(again.status == .notFound)
        }
    }

    @Test("The page's forms add and end a silence, and say what is wrong")
    func forms() async throws {
        let server = try EmptyServer(ServerOptions())
        let headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        try await server.application.test(.router) { client in
            func post(_ path: String, _ form: String) async throws -> TestResponse {
                try await client.execute(
                    uri: path,
                    method: .post,
                    headers: headers,
                    body: ByteBuffer(string: form)
                )
            }
            let wrong = try await post("/alerts/silence", "labels=rule%3Dnone&for=2h")
            #expect(wrong.status == .badRequest)
            #expect(String(buffer: wrong.body).contains("Nothing was silenced"))
            #expect(try await post("/alerts/silence", "labels=&for=").status == .badRequest)
            let form = "labels=rule%3Derror_rate+severity%3Dcritical&for=2h&comment=%3Cb%3E"
            _ = try await post("/alerts/silence", form)
            let right = try await post("/alerts/silence", "labels=severity%3Dwarning&for=2h")
            #expect(right.status == .seeOther && right.headers[.location] == "/alerts")
            #expect(try await post("/alerts/silence/expire", "id=1").status == .seeOther)
            #expect(try await post("/alerts/silence/expire", "id=x").status == .seeOther)
            let left = try await client.execute(uri: "/api/v1/silences", method: .get)
            #expect(String(buffer: left.body).contains(#""silences": []"#))
        }
    }
}
