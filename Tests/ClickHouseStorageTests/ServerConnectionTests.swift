import ClickHouseStorage
import EventStorage
import Foundation
import Synchronization
import Testing

/// Statements to a real server.
@Suite(.enabled(if: TestCluster.isInstalled, "clickhouse-server is not installed"))
struct ServerConnectionTests {
    private static let shared = Result { try TestCluster() }
    private let cluster: TestCluster

    init() throws { cluster = try Self.shared.get() }

    private func connection(
        user: String = "default",
        database: String = "default",
        password: String? = nil
    ) throws -> ServerConnection {
        ServerConnection(
            try cluster.address(user: user, database: database),
            password: password.map { ServerPassword($0) }
        )
    }

    private func failure(
        _ connection: ServerConnection,
        _ sql: String = "SELECT 1"
    ) throws -> StoreError {
        try #require(throws: StoreError.self) { try connection.answer(sql) }
    }

    @Test("A user with a password is let in with it alone")
    func passwords() throws {
        let keeper = try connection(user: "keeper", password: "open sésame")
        #expect(try keeper.answer("SELECT 1") == "1\n")
        for wrong in [
            try connection(user: "keeper", password: "guess"), try connection(user: "nobody"),
        ] {
            let error = try failure(wrong)
            #expect(error.code == .refused)
            #expect(error.hint.contains("AGENTWATCH_CLICKHOUSE_PASSWORD"), "\(error)")
            #expect(!"\(error)".contains("guess"))
        }
    }

    @Test("What the server refuses is told in one line with what to do")
    func refusals() throws {
        let reader = try connection(user: "reader")
        #expect(try reader.answer("SELECT 1") == "1\n")
        #expect(try failure(reader, "CREATE TABLE x (a UInt8) ENGINE = Log").code == .refused)
        let large =
            "SELECT sum(cityHash64(number)) FROM (SELECT number FROM numbers(3000000) ORDER BY cityHash64(number))"
        #expect(try failure(connection(user: "small"), large).code == .busy)
        let slow =
            "SELECT sleep(0.5) FROM numbers(10) SETTINGS max_block_size = 1, max_execution_time = 1"
        #expect(try failure(connection(), slow).code == .interrupted)
        let wrong = try failure(connection(), "SELEC 1")
        #expect(wrong.code == .io)
        #expect(!"\(wrong)".contains("\n"), "\(wrong)")
    }

    @Test("A quota that is used up is told, and is none of the statement's faults")
    func quota() throws {
        let rare = try connection(user: "rare")
        let codes = (0..<4).map { _ -> StoreError.Code? in
            do {
                _ = try rare.answer("SELECT 1")
                return nil
            } catch {
                return (error as? StoreError)?.code
            }
        }
        #expect(codes.contains(.busy), "\(codes)")
    }

    @Test("A server that nobody started, and one that is killed while it works, give no answer")
    func gone() throws {
        let nobody = try ServerAddress("clickhouse://127.0.0.1:\(TestCluster.freePort())/x")
        #expect(try failure(ServerConnection(nobody, password: nil)).code == .io)
        let other = try TestCluster()
        let server = ServerConnection(try other.address(), password: nil)
        #expect(try server.answer("SELECT 1") == "1\n")
        let killer = Thread {
            usleep(300_000)
            other.kill()
        }
        killer.start()
        let error = try failure(server, "SELECT sleep(3)")
        #expect(error.code == .io)
        let hint =
            "see that it runs, and that --db names its port for HTTP, with clickhouses:// where that takes TLS"
        #expect(error.hint == hint, "\(error)")
    }

    @Test("Silence has an end")
    func silence() throws {
        var limits = ServerConnection.Limits()
        limits.silence = 300_000
        let server = ServerConnection(try cluster.address(), password: nil, limits: limits)
        #expect(try failure(server, "SELECT sleep(3)").code == .io)
    }

    @Test("Something else that speaks HTTP is told apart")
    func foreign() throws {
        let port = try TestCluster.freePort()
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-m", "http.server", "\(port)", "--bind", "127.0.0.1"]
        python.standardOutput = FileHandle.nullDevice
        python.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try python.run()
        defer { kill(python.processIdentifier, SIGKILL) }
        let server = ServerConnection(
            try ServerAddress("clickhouse://127.0.0.1:\(port)/x"),
            password: nil
        )
        let deadline = Date(timeIntervalSinceNow: 30)
        var error = try failure(server)
        while error.code == .io, Date() < deadline { error = try failure(server) }
        #expect(error.code == .foreign)
        #expect(error.cause == "what answers there is no ClickHouse server (HTTP 501)")
    }
}
