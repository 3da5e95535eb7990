/// A JSON value that keeps the order of its keys and the spelling of its numbers.
enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    /// A key with its value.
    struct Member: Equatable, Sendable {
        var key: String
        var value: JSON
    }

    /// The one value of a text.
    init(_ text: String) throws {
        var reader = JSONReader(text)
        self = try reader.document()
    }

    /// The value of a key; null where there is none.
    subscript(key: String) -> JSON {
        guard case .object(let members) = self else { return .null }
        return members.last { $0.key == key }?.value ?? .null
    }

    /// The keys in the order of the text.
    var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.key)
    }

    var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits)
    }

    var real: Double? {
        guard case .number(let digits) = self else { return nil }
        return Double(digits)
    }

    /// Equal but for the spelling of numbers, which may differ in the last digit of a double.
    func agrees(with other: JSON) -> Bool {
        guard let one = real, let two = other.real else { return self == other }
        return abs(one - two) <= 1e-12 * max(abs(one), abs(two))
    }
}
