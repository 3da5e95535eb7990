import AgentEvents

/// Lines of comma-separated values, as RFC 4180 has them.
enum CSVText {
    /// Empty where there is no value.
    static func line(_ values: [JSONValue]) -> String {
        values.map(cell).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .real(let number): number.isFinite ? "\(number)" : ""
        case .string(let text): quoted(text)
        case .array, .object, .verbatim: quoted(JSONWriter.line(value))
        }
    }

    /// A name in quotes, its control characters escaped; a space before what a spreadsheet would take
    /// for a formula.
    static func quoted(_ name: String) -> String {
        let name = SafeText.line(name)
        let isFormula = name.first.map { "=+-@\t\r".contains($0) } ?? false  // empty is none
        return "\"\(isFormula ? " " : "")\(name.replacing("\"", with: "\"\""))\""
    }
}
