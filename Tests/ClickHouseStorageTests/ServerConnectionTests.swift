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

    /// The whole of a small answer.
    private func answer(_ sql: String, _ connection: ServerConnection) throws -> String {
        let bytes = Mutex<[UInt8]>([])
        try connection.read(sql, operation: "asking") { part in bytes.withLock { $0 += part } }
        return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
    }

    private func failure(
        _ connection: ServerConnection,
        _ sql: String = "SELECT 1"
    ) throws -> StoreError {
        try #require(throws: StoreError.self) { try answer(sql, connection) }
    }

    @Test("A statement is answered, whatever letters are in it")
    func answers() throws {
        #expect(
            try answer("SELECT 1 + 1, 'ä\\n', '%41 &+' FORMAT TabSeparated", connection())
                == "2\tä\\n\t%41 &+\n"
        )
        #expect(
            try answer("SELECT currentDatabase()", connection(database: "system")) == "system\n"
        )
    }

    @Test("Rows that are inserted are there, and can be read back")
    func inserts() throws {
        let server = try connection()
        let table = "inserted_\(UInt32.random(in: 0...UInt32.max))"
        try server.execute(
            "CREATE TABLE \(table) (a UInt64, b String) ENGINE = Log",
            operation: "making"
        )
        let rows = (0..<100_000).map { "\($0)\trow \($0) & more %41+ \\t\n" }.joined()
        try server.insert(
            "INSERT INTO \(table) FORMAT TabSeparated",
            rows: Array(rows.utf8),
            operation: "adding"
        )
        #expect(try answer("SELECT a, b FROM \(table) ORDER BY a", server) == rows)
        try server.execute("DROP TABLE \(table)", operation: "dropping")
    }

    @Test("A long answer comes in parts, and what the reader throws ends it")
    func long() throws {
        let sums = Mutex((bytes: 0, parts: 0))
        try connection().read(
            "SELECT number FROM numbers(2000000) FORMAT RowBinary",
            operation: "asking"
        ) { part in
            sums.withLock { ($0.bytes, $0.parts) = ($0.bytes + part.count, $0.parts + 1) }
        }
        #expect(sums.withLock { $0.bytes } == 16_000_000)
        #expect(sums.withLock { $0.parts } > 1)
        struct Enough: Error {}
        let parts = Mutex(0)
        #expect(throws: Enough.self) {
            try connection().read("SELECT number FROM numbers(2000000)", operation: "asking") { _ in
                parts.withLock { $0 += 1 }
                throw Enough()
            }
        }
        #expect(parts.withLock { $0 } == 1)
    }

    @Test("A problem in the middle of an answer comes instead of it")
    func middle() throws {
        let parts = Mutex(0)
        let error = try #require(throws: StoreError.self) {
            try connection().read(
                "SELECT intDiv(1, 1500000 - number) FROM numbers(2000000)",
                operation: "asking"
            ) { _ in
                parts.withLock { $0 += 1 }
            }
        }
        #expect(error.cause.contains("Division by zero"), "\(error)")
        #expect(parts.withLock { $0 } == 0)
    }

    @Test("A user with a password is let in with it alone")
    func passwords() throws {
        let keeper = try connection(user: "keeper", password: "open sésame")
        #expect(try answer("SELECT 1", keeper) == "1\n")
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
        let unknown = try failure(connection(database: "nowhere"))
        #expect(unknown.code == .missing)
        #expect(unknown.hint == "make it on the server: CREATE DATABASE nowhere")
        #expect(try failure(connection(), "SELECT * FROM nothing").code == .missing)
        let reader = try connection(user: "reader")
        #expect(try answer("SELECT 1", reader) == "1\n")
        #expect(try failure(reader, "CREATE TABLE x (a UInt8) ENGINE = Log").code == .refused)
        let large =
            "SELECT sum(cityHash64(number)) FROM (SELECT number FROM numbers(3000000) ORDER BY cityHash64(number))"
        #expect(try failure(connection(user: "small"), large).code == .busy)
        let slow =
            "SELECT sleep(0.5) FROM numbers(10) SETTINGS max_block_size = 1, max_execution_time = 1"
        #expect(try failure(connection(), slow).code == .interrupted)
        let wrong = try failure(connection(), "SELEC 1")
        #expect(wrong.code == .io)
        for error in [unknown, wrong] { #expect(!"\(error)".contains("\n"), "\(error)") }
    }

    @Test("A quota that is used up is told, and is none of the statement's faults")
    func quota() throws {
        let rare = try connection(user: "rare")
        let codes = (0..<4).map { _ -> StoreError.Code? in
            do {
                _ = try answer("SELECT 1", rare)
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
        #expect(try answer("SELECT 1", server) == "1\n")
        let killer = Thread {
            usleep(300_000)
            other.kill()
        }
        killer.start()
        let error = try failure(server, "SELECT sleep(3)")
        #expect(error.code == .io)
        #expect(error.hint == "see that it runs, and that --db names its port for HTTP", "\(error)")
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
