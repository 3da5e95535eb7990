/// A piece of a JSON text that knows its line, so that a problem can say where it is.
struct JSONNode {
    var value: Value
    /// The line, from 1; 0 for what was not read from a text.
    var line: Int

    /// Members keep their order and their repetitions: a repeated key is a problem to report.
    enum Value {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case array([JSONNode])
        case object([Member])
    }

    /// A key with its value.
    struct Member {
        var key: String
        var line: Int
        var node: JSONNode
    }

    init(_ value: Value, line: Int = 0) {
        self.value = value
        self.line = line
    }

    /// What it is, for people.
    var kind: String {
        switch value {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
