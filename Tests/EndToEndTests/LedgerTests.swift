import Foundation
import Testing

/// What becomes of every line of the dirty fixtures.
struct LedgerTests {
    private static let parts = ["events", "duplicates", "rejected", "skipped", "joined", "blank"]
    private static let counts = ["lines"] + parts + ["unfinished", "field_errors"]

    /// One file with the ledger that was written beside it.
    struct Fixture: CustomTestStringConvertible, Sendable {
        var name: String
        var expected: JSON
        var testDescription: String { name }
    }

    private static let fixtures: [Fixture] = {
        do {
            let expected = try JSON(Checkout.text("fixtures/dirty/expected.json"))
            return expected.keys.map { Fixture(name: $0, expected: expected[$0]) }
        } catch {
            Issue.record("fixtures/dirty/expected.json: \(error)")
            return []
        }
    }()

    /// Where a fixture lies; the large ones are generated where the checkout has none.
    private static func path(_ name: String, _ folder: TemporaryFolder) throws -> String {
        let path = Checkout.path("fixtures/" + name)
        if FileManager.default.fileExists(atPath: path) { return path }
        let sources = folder.path("fixtures")
        try FileManager.default.copyItem(atPath: Checkout.path("fixtures"), toPath: sources)
        let made = try Program.python.run([sources + "/make_dirty.py"])
        try #require(made.code == 0, "\(made.complaints)")
        return sources + "/" + name
    }

    private static func sum(_ counts: JSON) -> Int {
        parts.compactMap { counts[$0].integer }.reduce(0, +)
    }

    @Test("Every dirty file has the ledger that was written beside it", arguments: fixtures)
    func ledger(fixture: Fixture) throws {
        let folder = try TemporaryFolder()
        let file = try Self.path(fixture.name, folder)
        let database = folder.path("store.db")
        let allRejected = fixture.expected["lines"] == fixture.expected["rejected"]
        let hasLines = fixture.expected["lines"].integer != 0
        let read = try Binary.json(
            ["ingest", "--db", database, file],
            code: allRejected && hasLines ? 1 : 0
        )
        for count in Self.counts {
            #expect(read[count] == fixture.expected[count], "\(fixture.name): \(count)")
        }
        #expect(read["lines"].integer == Self.sum(read), "\(fixture.name) does not balance")
        try Self.compareStored(fixture, database)
        try Self.compareMore(fixture, read, database)
        try Self.lookForSecrets(fixture, folder)
    }

    /// The ledger's table balances too, and every rejected line has its reason.
    private static func compareStored(_ fixture: Fixture, _ database: String) throws {
        let columns = (["lines"] + parts + ["field_errors"]).map { "ifnull(sum(\($0)), 0)" }
        let stored = try rows("SELECT \(columns.joined(separator: ", ")) FROM ledger", database)
        let expected = (["lines"] + parts + ["field_errors"]).map { fixture.expected[$0] }
        #expect(stored.map(\.elements) == [expected], "\(fixture.name)")
        let reasons = try rows(
            "SELECT reason, count(*) FROM rejects WHERE reason <> 'not_an_event' GROUP BY 1 ORDER BY 1",
            database
        )
        let wanted = fixture.expected["reasons"]
        #expect(
            reasons == wanted.keys.map { .array([.string($0), wanted[$0]]) },
            "\(fixture.name)"
        )
    }

    /// What some fixtures say beyond their ledger.
    private static func compareMore(_ fixture: Fixture, _ read: JSON, _ database: String) throws {
        let expected = fixture.expected
        if expected["times_us"] != .null {
            let times = try rows("SELECT timestamp FROM events ORDER BY line_offset", database)
            #expect(times.flatMap(\.elements) == expected["times_us"].elements, "\(fixture.name)")
        }
        if expected["conflicting_duplicates"] != .null {
            #expect(
                read["conflicting_duplicates"] == expected["conflicting_duplicates"],
                "\(fixture.name)"
            )
        }
        guard expected["requests"] != .null else { return }
        #expect(read["requests"] == expected["requests"], "\(fixture.name)")
        let report = try Binary.json(["report", "--db", database])
        let metric = report["groups"].elements.first?["metrics"]["unfinished_requests"]["value"]
        for (name, found) in [
            ("reused_request_ids", report["quality"]["reused_request_ids"]),
            ("orphan_events", report["quality"]["orphan_events"]),
            ("unfinished_requests", metric ?? .null),
        ] where expected[name] != .null {
            #expect(found == expected[name], "\(fixture.name): \(name)")
        }
    }

    /// Nothing of a secret or a prompt is in any file of the store.
    private static func lookForSecrets(_ fixture: Fixture, _ folder: TemporaryFolder) throws {
        let hidden = (fixture.expected["secrets"].elements + fixture.expected["content"].elements)
            .compactMap(\.text)
        for name in try folder.names() where name.hasPrefix("store.db") {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
            for text in hidden {
                #expect(
                    bytes.range(of: Data(text.utf8)) == nil,
                    "\(fixture.name): \(text) in \(name)"
                )
            }
        }
    }

    private static func rows(_ query: String, _ database: String) throws -> [JSON] {
        try Binary.json(["sql", "--db", database, query])["rows"].elements
    }

    @Test("The fixtures of secrets and prompts name what must be hidden")
    func somethingToHide() throws {
        let secrets = try #require(Self.fixtures.first { $0.name == "dirty/secrets.jsonl" })
        let prompts = try #require(Self.fixtures.first { $0.name == "dirty/prompts.jsonl" })
        #expect(secrets.expected["secrets"].elements.count >= 5)
        #expect(!prompts.expected["content"].elements.isEmpty)
        #expect(Self.fixtures.count >= 20)
    }

    @Test("All fixtures together balance, for every source")
    func together() throws {
        let folder = try TemporaryFolder()
        let simulated = try Simulation(seed: 4, ["--requests", "300", "--files", "2"])
        let dirty = try Self.fixtures.map { try Self.path($0.name, folder) }
        let cases = ["a.jsonl", "b.jsonl"].map { Checkout.path("fixtures/cases/" + $0) }
        let files = dirty + cases + simulated.files
        let database = folder.path("store.db")
        let read = try Binary.json(["ingest", "--db", database] + files)
        #expect(read["lines"].integer == Self.sum(read))
        #expect(read["files"].integer == files.count)
        let status = try Binary.json(["status", "--db", database])
        #expect(status["sources"].elements.count == files.count)
        for source in status["sources"].elements {
            #expect(source["lines"].integer == Self.sum(source), "\(source)")
        }
    }
}
