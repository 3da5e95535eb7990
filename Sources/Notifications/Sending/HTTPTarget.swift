import Foundation

/// Where a request goes: a URL taken apart, so that what was checked is what is connected to.
package struct HTTPTarget: Sendable, Hashable, CustomStringConvertible {
    /// Whom a URL names.
    package enum Host: Sendable, Hashable {
        /// An address, which the configuration names explicitly.
        case address(IPAddress)
        /// `localhost`, which must be this machine.
        case localhost
        /// A name that may only lead to public addresses.
        case name(String)
    }

    package let host: Host
    private let scheme: String
    private let port: Int?
    /// Path and query, which often hold a secret.
    private let path: Secret
    /// The value of `Authorization`, from a user and a password in the URL.
    let authorization: Secret?
    private let password: Secret?

    /// Takes a URL of `http` or `https` apart.
    ///
    /// - Throws: what is wrong with it, without showing it.
    package init(_ url: Secret) throws(ReceiverProblem) {
        guard let parts = URLComponents(string: url.revealed),
            let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let text = parts.host?.lowercased()
        else { throw ReceiverProblem("not a URL of http or https") }
        host = try Self.host(text)
        guard (1...65_535).contains(parts.port ?? 1) else { throw ReceiverProblem("no such port") }
        self.scheme = scheme
        port = parts.port
        let query = parts.percentEncodedQuery.map { "?\($0)" } ?? ""
        let path = parts.percentEncodedPath
        self.path = Secret((path.isEmpty ? "/" : path) + query)
        password = parts.password.map { Secret($0) }
        authorization = parts.user.map { user in
            let pair = Data("\(user):\(parts.password ?? "")".utf8)
            return Secret("Basic \(pair.base64EncodedString())")
        }
    }

    private static func host(_ text: String) throws(ReceiverProblem) -> Host {
        let bare =
            text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        if let address = IPAddress(bare) { return .address(address) }
        // Only what any resolver and any URL parser read alike.
        let isName = bare.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 46
                || byte == 95
        }
        guard isName, !bare.isEmpty, bare.utf8.count <= 253 else {
            throw ReceiverProblem("the URL's host is neither a name nor an address")
        }
        return bare == "localhost" ? .localhost : .name(bare)
    }

    /// The same with a path added to it, before the query.
    func appending(_ more: String) -> HTTPTarget {
        let halves = path.revealed.split(
            separator: "?",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        var start = String(halves[0])
        while start.hasSuffix("/") { start.removeLast() }
        let query = halves.count == 2 ? "?\(halves[1])" : ""
        return HTTPTarget(self, path: Secret(start + more + query))
    }

    private init(_ other: HTTPTarget, path: Secret) {
        host = other.host
        scheme = other.scheme
        port = other.port
        authorization = other.authorization
        password = other.password
        self.path = path
    }

    /// The host as it stands in a URL.
    var hostText: String {
        switch host {
        case .address(let address):
            address.bytes.count == 4 ? "\(address)" : "[\(address)]"
        case .localhost: "localhost"
        case .name(let name): name
        }
    }

    /// The whole of it, for the one place that sends.
    var url: Secret {
        Secret("\(scheme)://\(hostText)\(port.map { ":\($0)" } ?? "")\(path.revealed)")
    }

    /// What must not be quoted from an answer: the whole, and parts long enough to be a key.
    var secrets: [Secret] {
        let parts = path.revealed.split { "/?&=".contains($0) }.filter { $0.count >= 9 }
        return [path, url] + parts.map { Secret(String($0)) }
            + [authorization, password].compactMap { $0 }
    }

    /// The URL without its path, which often holds a secret.
    package var description: String { "\(scheme)://\(hostText)\(port.map { ":\($0)" } ?? "")" }
}
