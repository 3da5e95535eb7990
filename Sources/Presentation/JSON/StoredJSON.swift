import Foundation

/// JSON that lies in the store as text.
package enum StoredJSON {
    /// The text as JSON where it is JSON, else as a string: a database can be changed by hand, and
    /// what is written must be JSON in any case.
    package static func value(_ text: String?) -> JSONValue {
        guard let text else { return .null }
        return isValid(text) ? .verbatim(text) : .string(text)
    }

    private static func isValid(_ text: String) -> Bool {
        do {
            _ = try JSONDecoder().decode(Anything.self, from: Data(text.utf8))
            return !text.contains(where: \.isNewline)
        } catch {
            return false
        }
    }

    /// Decodes from every valid document and keeps nothing.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) {}
    }
}
