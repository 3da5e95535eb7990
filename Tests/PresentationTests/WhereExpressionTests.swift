import MetricsEngine
import Presentation
import Testing

/// Conditions and dimensions as they are written.
struct WhereExpressionTests {
    @Test("Values of one dimension are alternatives, over several arguments, too")
    func alternatives() throws {
        let filters = try WhereExpression.filters(["agent=a,b", "model=m", "agent=c"])
        #expect(filters.map(\.dimension) == [.agent, .model])
        #expect(filters.map(\.values) == [["a", "b", "c"], ["m"]])
    }

    @Test(
        "Commas and backslashes in values",
        arguments: [
            (#"agent=a\,b"#, ["a,b"]), (#"agent=a\\,b"#, [#"a\"#, "b"]), (#"agent=a\b"#, [#"a\b"#]),
            (#"agent=a\"#, [#"a\"#]), ("agent=a=b", ["a=b"]), ("agent=(none)", [nil]),
            ("agent=", [""]), ("agent=a,", ["a", ""]),
        ]
    )
    func values(argument: String, values: [String?]) throws {
        #expect(try WhereExpression.filters([argument]).map(\.values) == [values])
    }

    @Test(
        "What makes no sense is refused with what would",
        arguments: [
            ("agent", "--where 'agent' has no value; write dimension=value,value"),
            ("agnet=a", "unknown dimension 'agnet'; did you mean agent?"),
            ("hour=3", "--where takes no hour; use --since and --until"),
            ("outcome=complete", "unknown outcome 'complete'; did you mean completed?"),
        ]
    )
    func refused(argument: String, message: String) {
        do {
            let filters = try WhereExpression.filters([argument])
            Issue.record("\(argument) is taken as \(filters)")
        } catch {
            #expect("\(error)" == message)
        }
    }

    @Test("Lists that name nothing are refused, and none is no list", arguments: ["", ",", ",,"])
    func empty(list: String) throws {
        #expect(throws: ParameterError.self) { try WhereExpression.dimensions([list]) }
        #expect(throws: ParameterError.self) { try WhereExpression.metrics([list]) }
        #expect(try WhereExpression.dimensions([]).isEmpty)
        #expect(try WhereExpression.metrics([]) == nil)
    }

    @Test("Dimensions come once each, in their order")
    func dimensions() throws {
        #expect(try WhereExpression.dimensions(["model,agent", "model"]) == [.model, .agent])
    }
}
