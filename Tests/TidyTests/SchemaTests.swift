import AgentEvents
import Foundation
import Testing

/// The words in schema.sql are those of the Swift types.
struct SchemaTests {
    @Test("The kinds of events have the numbers and words of the schema")
    func eventKinds() throws {
        let words = EventKind.allCases.map { (Int($0.rawValue), snakeCase("\($0)")) }
        #expect(try rows(of: "event_kinds") == table(words))
    }

    @Test("Outcomes and breaker states share a table")
    func outcomes() throws {
        let words =
            TaskOutcome.allCases.map { (Int($0.rawValue), $0.name) }
            + BreakerState.allCases.map { (Int($0.rawValue), $0.name) }
        #expect(try rows(of: "outcomes") == table(words))
    }

    @Test("Error classes have the numbers and words of the schema")
    func errorClasses() throws {
        let words = ErrorClass.allCases.map { (Int($0.rawValue), $0.name) }
        #expect(try rows(of: "error_classes") == table(words))
    }

    private func table(_ words: [(Int, String)]) -> [Int: String] {
        Dictionary(uniqueKeysWithValues: words)
    }

    /// The rows that the schema inserts into a table of numbers and words.
    private func rows(of table: String) throws -> [Int: String] {
        let schema = try Repository.text(of: "schema.sql")
        let start = try #require(schema.range(of: "INSERT INTO \(table) VALUES"))
        let statement = schema[start.upperBound...].prefix { $0 != ";" }
        let rows = try statement.matches(of: /\((\d+), '([^']*)'\)/).map {
            (try #require(Int($0.output.1)), String($0.output.2))
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    /// `llmCall` as `llm_call`.
    private func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}
