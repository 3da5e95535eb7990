/// An address within the dashboard: a path of ours with a query in which everything is encoded.
///
/// It begins with one slash whatever is put into it, so it leaves neither the origin nor the
/// scheme.
package struct PageLink: Sendable, Equatable {
    /// One of the catalog's paths.
    package var path: String
    package var query: [PageRequest.Item]

    package init(_ path: StaticString, _ query: [PageRequest.Item] = []) {
        self.path = path.description
        self.query = query
    }

    /// `path`: one of the catalog's.
    init(path: String, _ query: [PageRequest.Item]) {
        self.path = path
        self.query = query
    }

    /// All that is stored under a request id, as JSON.
    init(request id: String) {
        path = "/api/v1/requests/\(Self.encoded(id))"
        query = []
    }

    /// The link's text in a document, before escaping.
    package var text: String {
        guard !query.isEmpty else { return path }
        let words = query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
        return "\(path)?\(words.joined(separator: "&"))"
    }

    /// Percent-encoded but for letters, digits and `-._~`, as RFC 3986 has it.
    static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}
