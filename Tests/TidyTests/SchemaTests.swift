import AgentEvents
import Foundation
import Testing

/// The kinds of events in schema.sql; the store's tests hold its other words against the types.
struct SchemaTests {
    @Test("The schema names the kinds of events as the program does")
    func eventKinds() throws {
        let schema = try Repository.text(of: "schema.sql")
        let start = try #require(schema.range(of: "INSERT INTO event_kinds VALUES"))
        let statement = schema[start.upperBound...].prefix { $0 != ";" }
        let rows = statement.matches(of: /\((\d+), '([^']*)'\)/).map {
            "\($0.output.1) \($0.output.2)"
        }
        #expect(rows == EventKind.allCases.map { "\($0.rawValue) \(snakeCase("\($0)"))" })
    }

    /// `llmCall` as `llm_call`.
    private func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}
