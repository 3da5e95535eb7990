/// The page that somebody asked for without a token, to be led to after logging in.
///
/// It comes from an address that others may have written: it leads nowhere but to this dashboard.
struct ReturnPath: Sendable, Equatable {
    /// A path with its query.
    let text: String

    static let maxBytes = 2_000

    /// `nil` where it may lead elsewhere, or to the login itself.
    init?(_ text: String) {
        let bytes = Array(text.utf8.prefix(Self.maxBytes + 1))
        let slash = UInt8(ascii: "/")
        guard bytes.count <= Self.maxBytes, bytes.first == slash, bytes.dropFirst().first != slash,
            // Browsers take a backslash for a slash, and leave out what cannot be seen.
            bytes.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: "\\") }),
            !text.hasPrefix(LoginPage.path)
        else { return nil }
        self.text = text
    }
}
