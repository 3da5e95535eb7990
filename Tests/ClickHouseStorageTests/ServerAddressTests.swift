import ClickHouseStorage
import EventStorage
import Testing

/// Addresses and passwords, as people give them.
struct ServerAddressTests {
    @Test(
        "An address names a server, a database and a user, and is written as it is read",
        arguments: [
            ("clickhouse://host/agentwatch", "host", 8_123, "agentwatch", "default"),
            ("clickhouse://ada@10.0.0.7:9000/logs_2", "10.0.0.7", 9_000, "logs_2", "ada"),
            ("clickhouses://ada@ch.example.com/x", "ch.example.com", 8_443, "x", "ada"),
            ("clickhouse://[::1]:8123/x", "::1", 8_123, "x", "default"),
            ("clickhouse://a%40b@host/x", "host", 8_123, "x", "a@b"),
            (
                "clickhouses://host/x?ca=/etc/ca%20x.pem&compress=gzip", "host", 8_443, "x",
                "default"
            ),
        ]
    )
    func good(text: String, host: String, port: Int, database: String, user: String) throws {
        #expect(ServerAddress.isMeant(by: text))
        let address = try ServerAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.database == database)
        #expect(address.user == user)
        #expect(address.isEncrypted == text.hasPrefix("clickhouses"))
        #expect(try ServerAddress("\(address)") == address)
    }

    @Test(
        "What is no address is refused with what to write",
        arguments: [
            "clickhouse://", "clickhouse://host", "clickhouse://host/", "clickhouse://host/a/b",
            "clickhouse://host/a-b", "clickhouse://host/a%60b", "clickhouse://host:0/x",
            "clickhouse://host:70000/x", "clickhouse://host/x?y=z", "clickhouse://host/x#y",
            "clickhouse:///x", "http://host/x",
        ]
    )
    func bad(text: String) throws {
        let error = try #require(throws: StoreError.self) { try ServerAddress(text) }
        #expect(error.code == .refused)
        #expect(error.hint == "write clickhouse://USER@HOST:PORT/DATABASE")
    }

    @Test("An address says which file the machine keeps its own store in")
    func local() throws {
        #expect(try ServerAddress("clickhouse://host/x").localFile == "agentwatch.db")
        let address = try ServerAddress("clickhouse://host/x?local=/var/lib/a%20b%26c.db")
        #expect(address.localFile == "/var/lib/a b&c.db")
        #expect(try ServerAddress("\(address)") == address)
        for bad in ["?local=", "?local", "?local=a&local=b", "?local=a&x=b"] {
            #expect(throws: StoreError.self) { try ServerAddress("clickhouse://host/x" + bad) }
        }
    }

    @Test("An address names the cluster that holds the rows")
    func cluster() throws {
        #expect(try ServerAddress("clickhouse://host/x").cluster == nil)
        let address = try ServerAddress("clickhouse://host/x?cluster=agents_2&local=a.db")
        #expect(address.cluster == "agents_2")
        #expect(address.localFile == "a.db")
        #expect("\(address)" == "clickhouse://host:8123/x?cluster=agents_2&local=a.db")
        for bad in ["?cluster=", "?cluster=a;DROP", "?cluster=a&cluster=b", "?cluster=a%20b"] {
            #expect(throws: StoreError.self) { try ServerAddress("clickhouse://host/x" + bad) }
        }
    }

    @Test("A password in an address is refused and not repeated")
    func password() throws {
        let error = try #require(throws: StoreError.self) {
            try ServerAddress("clickhouse://ada:hunter2@host/x")
        }
        #expect(!"\(error)".contains("hunter2"))
        #expect(error.hint == "put it into the variable AGENTWATCH_CLICKHOUSE_PASSWORD")
    }

    @Test(
        "Files are not taken for servers",
        arguments: ["agentwatch.db", "/clickhouse/x", "clickhouse:x"]
    )
    func files(text: String) { #expect(!ServerAddress.isMeant(by: text)) }

    @Test("Passwords come from the environment or from a file that it names, and are never shown")
    func passwords() throws {
        func password(_ value: String?, file: String = "") throws -> ServerPassword? {
            try ServerPassword(environment: value.map { [ServerPassword.variable: $0] } ?? [:]) {
                path in
                guard path == "/run/secret" else { throw CancellationError() }
                return Array(file.utf8)
            }
        }
        #expect(try password(nil) == nil)
        #expect(try password("") == nil)
        #expect(try password("a b") == ServerPassword("a b"))
        #expect(
            try password("file:/run/secret", file: "s3cret\r\nmore") == ServerPassword("s3cret")
        )
        #expect("\(ServerPassword("s3cret"))" == "***")
        #expect(String(reflecting: ["x": ServerPassword("s3cret")]).contains("s3cret") == false)
        for (value, file) in [
            ("file:/run/secret", ""), ("file:/run/secret", "\n"), ("file:/elsewhere", "x"),
            ("file:/run/secret", String(repeating: "x", count: ServerPassword.maxFileBytes + 1)),
        ] {
            let error = try #require(throws: StoreError.self) { try password(value, file: file) }
            #expect(error.code == .refused)
        }
    }
}
