import AgentEvents
import EventStorage
import Foundation
import GRDB
import Rollups
import SQLiteStorage
import Testing

struct CellDoctorTests {
    private func filled(_ fixture: StoreFixture) throws -> SQLiteStore {
        var generator = SeededGenerator(state: 4)
        let store = try fixture.open()
        let drafts = Draft.random(200, &generator)
        _ = try store.commit(IngestBatch(drafts, from: 0, to: 1), now: .earliestAccepted)
        return store
    }

    private func execute(_ sql: String, _ fixture: StoreFixture) throws {
        try DatabaseQueue(path: fixture.path).write { try $0.execute(sql: sql) }
    }

    @Test(
        "A changed, a missing and a strange cell are found, and mended by a rebuild",
        arguments: [
            (
                "UPDATE cells SET cell = CAST(x'7F' || substr(cell, 2) AS BLOB) WHERE rowid_of = 1",
                "differs from its rows"
            ),
            ("DELETE FROM cells WHERE rowid_of = 1", "is missing"),
            (
                "INSERT INTO cells SELECT series, width, bucket + 9999, key, cell FROM cells WHERE rowid_of = 1",
                "has no rows"
            ),
        ]
    )
    func damagedCell(sql: String, finding: String) throws {
        let fixture = try StoreFixture()
        let store = try filled(fixture)
        #expect(try store.examine() == [])
        let oneCell = """
            (series, width, bucket, key) = (SELECT series, width, bucket, key FROM cells
                WHERE width = 3 ORDER BY series, bucket, key LIMIT 1 OFFSET 7)
            """
        try execute(sql.replacingOccurrences(of: "rowid_of = 1", with: oneCell), fixture)
        let reader = try SQLiteStore.openForReading(fixture.path)
        for examined in [try store.examine(), try reader.examine()] {
            #expect(examined.count == 1)
            #expect(examined.first?.area == .rollups)
            #expect(examined.first?.text.hasSuffix(finding) == true)
        }
        #expect(try store.rebuildCells() > 0)
        #expect(try store.examine() == [])
    }

    @Test(
        "A row with a time of no calendar is damage to whoever reads everything, and ends no program",
        arguments: [Int64.min, .min + 1, .max - 1, .max]
    )
    func strayTime(micros: Int64) throws {
        let fixture = try StoreFixture()
        let store = try filled(fixture)
        let sql =
            "UPDATE llm_events SET timestamp = \(micros) WHERE id = (SELECT min(id) FROM llm_events)"
        try execute(sql, fixture)
        let always = TimeWindow(since: .distantPast, until: .distantFuture)
        #expect {
            try store.read { try $0.forEachCall(in: always, names: [], of: .all) { _ in } }
        } throws: { ($0 as? StoreError)?.code == .damaged }
        #expect(try !store.examine().isEmpty)
        #expect(try store.rebuildCells() > 0)
    }

    @Test("A quarter of an hour that holds something else than is noted is found, and mended")
    func damagedQuarter() throws {
        let fixture = try StoreFixture()
        let store = try filled(fixture)
        try execute(
            """
            UPDATE quarters SET units = units + 1 WHERE bucket = (SELECT min(bucket) FROM quarters);
            INSERT INTO quarters VALUES (7, 1)
            """,
            fixture
        )
        let findings = try store.examine()
        #expect(findings.count == 2)
        #expect(findings.allSatisfy { $0.text.hasSuffix("does not hold what is noted") })
        _ = try store.rebuildCells()
        #expect(try store.examine() == [])
    }

    @Test("Many differences are counted")
    func many() throws {
        let fixture = try StoreFixture()
        let store = try filled(fixture)
        try execute("DELETE FROM cells; DELETE FROM cell_keys", fixture)
        let findings = try store.examine()
        #expect(findings.count == 21)
        #expect(findings.last?.text.hasSuffix("more, of which each is missing") == true)
        // The writer's own keys are those from before.
        let other = try fixture.open()
        #expect(try other.rebuildCells() > 100)
        #expect(try other.examine() == [])
    }

    @Test("A cell that cannot be read stops a commit that would change it, and says what helps")
    func malformed() throws {
        let fixture = try StoreFixture()
        let store = try filled(fixture)
        try execute("UPDATE cells SET cell = x'FF'", fixture)
        let draft = Draft(.llmCall, request: "r1", at: 5, offset: 900)
        do {
            _ = try store.commit(IngestBatch([draft], from: 1, to: 2), now: .earliestAccepted)
            Issue.record("the commit went through")
        } catch let error as StoreError {
            #expect(error.hint.contains("doctor --rebuild"))
        }
        _ = try store.rebuildCells()
        _ = try store.commit(IngestBatch([draft], from: 1, to: 2), now: .earliestAccepted)
        #expect(try store.examine() == [])
    }

    @Test("Names beyond the first 2,000 of a kind share cells, are counted, and leave them again")
    func folded() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        func call(_ index: Int, at seconds: Double = 0) -> Draft {
            let name = "a\(index)"
            return Draft(.llmCall, request: name, at: seconds, offset: Int64(index), agent: name)
        }
        let drafts = (0..<2_050).map { call($0) }
        _ = try store.commit(IngestBatch(drafts, from: 0, to: 1), now: .earliestAccepted)
        let count = try store.read { try $0.foldedNames() }
        #expect(count == 50)
        var folded: Int64 = 0
        try store.read { snapshot in
            try snapshot.forEachCell(
                LLMCallCell.self,
                in: CellReach(width: .day, buckets: 0..<100_000)
            ) {
                key,
                _,
                cell in
                if key.agent == CellKey.otherName { folded += cell.calls }
            }
        }
        #expect(folded == 50)
        // A request of a name that has folded goes on: its row leaves and enters their cells.
        let later = [call(2_049, at: 7), call(3, at: 7)]
        _ = try store.commit(IngestBatch(later, from: 1, to: 2), now: .earliestAccepted)
        #expect(try store.examine() == [])
        _ = try store.rebuildCells()
        #expect(try store.examine() == [])
    }
}
