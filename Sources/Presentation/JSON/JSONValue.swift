package import AgentEvents

/// A JSON document as it will be written: keys keep the order in which they are given.
package indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// What is not finite is written as `null`.
    case real(Double)
    case string(String)
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])
    /// A text that is JSON already; nested if what holds it goes over several lines.
    case verbatim(String, isNested: Bool = false)

    /// A string or `null`.
    package static func text(_ text: String?) -> JSONValue { text.map(string) ?? .null }

    /// An integer or `null`.
    package static func integer(_ value: Optional64) -> JSONValue {
        value.value.map(integer) ?? .null
    }

    /// Microseconds as milliseconds.
    package static func milliseconds(_ micros: Int64?) -> JSONValue {
        micros.map { .real(Double($0) / 1_000) } ?? .null
    }

    /// Nano-dollars as dollars.
    package static func dollars(_ nanos: Optional64) -> JSONValue {
        nanos.value.map { .real(Double($0) / 1_000_000_000) } ?? .null
    }

    /// RFC 3339 in UTC, or `null`.
    package static func time(_ moment: Timestamp?) -> JSONValue {
        moment.map { .string($0.rfc3339()) } ?? .null
    }

    /// Whether it fits on a line of its own: it holds nothing that is nested.
    package var isFlat: Bool {
        switch self {
        case .array(let items): items.allSatisfy(\.isScalar)
        case .object(let members): members.allSatisfy(\.value.isScalar)
        case .null, .bool, .integer, .real, .string, .verbatim: true
        }
    }

    private var isScalar: Bool {
        switch self {
        case .array(let items): items.isEmpty
        case .object(let members): members.isEmpty
        case .verbatim(_, let isNested): !isNested
        case .null, .bool, .integer, .real, .string: true
        }
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { (key: $0.0, value: $0.1) })
    }
}

extension JSONValue: ExpressibleByArrayLiteral {
    package init(arrayLiteral items: JSONValue...) { self = .array(items) }
}

extension JSONValue: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self = .string(text) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}
