import HTTPTypes

/// The names under which the server may be addressed, so that a page of somebody else's name that is
/// made to lead here is not served.
struct HostNames: Sendable {
    /// Lower case, without ports; `nil` allows every name, since tokens protect.
    private let names: Set<String>?

    /// - Parameters:
    ///   - isLocal: whether the server listens on this machine alone.
    ///   - more: names that are allowed beside the local ones.
    init(isLocal: Bool, more: [String]) {
        let local: Set = ["localhost", "127.0.0.1", "[::1]"]
        names = isLocal || !more.isEmpty ? local.union(more.map { $0.lowercased() }) : nil
    }

    /// Whether a Host header is one of ours.
    func allow(_ authority: String?) -> Bool {
        guard let authority, let name = Self.name(authority) else { return false }
        return names?.contains(name) ?? true
    }

    /// The name without its port; `nil` where it is malformed.
    private static func name(_ authority: String) -> String? {
        var name = Substring(authority.lowercased())
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("]") {
            let port = name[name.index(after: colon)...]
            guard UInt16(port) != nil else { return nil }
            name = name[..<colon]
        }
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x2f }) else {
            return nil
        }
        return String(name)
    }
}
