import AgentEvents

/// Writes JSON the same way every time: members in the order given, numbers in the shortest form
/// that reads back as the same number, one line for what holds nothing nested.
package struct JSONWriter {
    /// UTF-8: appending to it costs a fraction of appending to a string.
    private var bytes: [UInt8] = []

    private var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The document with a line end.
    package static func document(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.write(value, depth: 0)
        return writer.text + "\n"
    }

    /// The value as it stands in a document, at a depth of nesting.
    static func text(_ value: JSONValue, depth: Int) -> String {
        var writer = JSONWriter()
        writer.write(value, depth: depth)
        return writer.text
    }

    /// A member of an object as it stands in a document, indented.
    static func member(_ key: String, _ value: JSONValue, depth: Int) -> String {
        String(repeating: "  ", count: depth) + line(.string(key)) + ": "
            + text(value, depth: depth)
    }

    /// The value on one line.
    package static func line(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.write(value, depth: nil)
        return writer.text
    }

    /// The depth is how far nested lines are indented; without one, all is a single line.
    private mutating func write(_ value: JSONValue, depth: Int?) {
        switch value {
        case .null: put("null")
        case .bool(let value): put(value ? "true" : "false")
        case .integer(let value): put(String(value))
        case .real(let value): put(Self.number(value))
        case .string(let value): put(JSONText.quoted(value))
        case .verbatim(let json, _): put(json)
        case .array(let items):
            list("[", close: "]", items: items, depth: value.isFlat ? nil : depth) {
                $0.write($1, depth: $2)
            }
        case .object(let members):
            list("{", close: "}", items: members, depth: value.isFlat ? nil : depth) {
                writer,
                member,
                depth in
                writer.put(JSONText.quoted(member.key))
                writer.put(": ")
                writer.write(member.value, depth: depth)
            }
        }
    }

    /// A whole number without a fraction, up to where each is a `Double` of its own.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value.magnitude < 9_007_199_254_740_992, let whole = Int64(exactly: value) {
            return String(whole)
        }
        return "\(value)"
    }

    private mutating func list<Item>(
        _ open: String,
        close: String,
        items: [Item],
        depth: Int?,
        _ write: (inout JSONWriter, Item, Int?) -> Void
    ) {
        put(open)
        for (index, item) in items.enumerated() {
            if index > 0 { put(depth == nil ? ", " : ",") }
            if let depth { newLine(depth + 1) }
            write(&self, item, depth.map { $0 + 1 })
        }
        if let depth, !items.isEmpty { newLine(depth) }
        put(close)
    }

    private mutating func newLine(_ depth: Int) {
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<2 * depth { bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
