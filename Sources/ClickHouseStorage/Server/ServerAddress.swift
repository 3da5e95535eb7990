import EventStorage
import Foundation

/// A database on a ClickHouse server, as `--db` names it.
///
/// `clickhouse://USER@HOST:PORT/DATABASE`, or `clickhouses://` for TLS. Without a user it is `default`, without
/// a port the server's own for HTTP. `?local=FILE` names the store of the machine that writes, which is
/// `agentwatch.db` where nothing is said; `?cluster=NAME` names the servers that hold the rows together, as the
/// configuration of the one at the address does; `?ca=FILE` names the authorities that may have signed its
/// certificate, where those are not the system's; `?compress=gzip` packs what goes over the network. It never holds a
/// password.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    package let isEncrypted: Bool
    package let host: String
    package let port: Int
    package private(set) var database: String
    package let user: String
    /// The SQLite file of the machine that writes.
    package private(set) var localFile: String
    /// `nil` where one server holds all rows.
    package let cluster: String?
    /// A file of certificates of authorities; `nil` for the system's.
    let authorities: String?
    /// Whether rows and answers are packed.
    let isCompressed: Bool

    private static let plainScheme = "clickhouse"
    private static let encryptedScheme = "clickhouses"
    private static let defaultUser = "default"
    private static let defaultLocalFile = "agentwatch.db"

    /// Whether a `--db` names a server, and no file.
    package static func isMeant(by text: String) -> Bool {
        [plainScheme, encryptedScheme].contains { text.lowercased().hasPrefix($0 + "://") }
    }

    /// Reads an address.
    ///
    /// - Throws: `StoreError` with code `refused`, which never quotes a password.
    package init(_ text: String) throws {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            Self.isMeant(by: text), let host = parts.host, !host.isEmpty
        else { throw Self.refused("it is no address of a server") }
        guard parts.password == nil else {
            throw Self.refused(
                "a password in an address shows in lists of processes",
                hint: "put it into the variable \(ServerPassword.variable)"
            )
        }
        let options = try Self.options(parts)
        localFile = options["local"] ?? Self.defaultLocalFile
        cluster = options["cluster"]
        if let cluster, !Self.isName(cluster[...]) {
            throw Self.refused("it names no cluster of letters, digits and _")
        }
        authorities = options["ca"]
        isCompressed = options["compress"] != nil
        guard options["compress", default: "gzip"] == "gzip" else {
            throw Self.refused(
                "it asks for a packing that is not known",
                hint: "write ?compress=gzip"
            )
        }
        let path = parts.path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 2, path[0].isEmpty, Self.isName(path[1]) else {
            throw Self.refused("it names no database of letters, digits and _")
        }
        isEncrypted = scheme == Self.encryptedScheme
        guard isEncrypted || authorities == nil else {
            throw Self.refused(
                "it names authorities, and certificates are for TLS alone",
                hint: "begin it with clickhouses://"
            )
        }
        let port = parts.port ?? (isEncrypted ? 8_443 : 8_123)
        guard 1...65_535 ~= port else {
            throw Self.refused("its port is not between 1 and 65535")
        }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = port
        database = String(path[1])
        user = parts.user ?? Self.defaultUser
    }

    /// What a query says.
    private static func options(_ parts: URLComponents) throws -> [String: String] {
        guard parts.fragment == nil else { throw refused("it ends in something after a #") }
        var options: [String: String] = [:]
        for item in parts.queryItems ?? [] {  // no query: nothing is said
            guard ["local", "cluster", "ca", "compress"].contains(item.name) else {
                throw refused(
                    "it says ?\(item.name)=, where only local, cluster, ca and compress mean something"
                )
            }
            guard let value = item.value, !value.isEmpty else {
                throw refused("?\(item.name)= says nothing")
            }
            guard options.updateValue(value, forKey: item.name) == nil else {
                throw refused("it says ?\(item.name)= twice")
            }
        }
        return options
    }

    /// The address, as it can be given again.
    package var description: String {
        let scheme = isEncrypted ? Self.encryptedScheme : Self.plainScheme
        let owner = user == Self.defaultUser ? "" : "\(user)@"
        var options: [String] = []
        if let cluster { options.append("cluster=\(cluster)") }
        if let authorities { options.append("ca=\(Self.encoded(authorities))") }
        if isCompressed { options.append("compress=gzip") }
        if localFile != Self.defaultLocalFile {
            options.append("local=\(Self.encoded(localFile))")
        }
        let query = options.isEmpty ? "" : "?" + options.joined(separator: "&")
        return "\(scheme)://\(owner)\(authority)/\(database)\(query)"
    }

    private static func encoded(_ text: String) -> String {
        // `nil` is for half of a surrogate pair, which no `String` has.
        text.addingPercentEncoding(
            withAllowedCharacters: .alphanumerics.union(["/", ".", "-", "_"])
        )
            ?? ""
    }

    /// The same database, beside another file of this machine.
    ///
    /// - Throws: `StoreError` with code `refused` where the address names a file already.
    package func beside(_ file: String) throws -> ServerAddress {
        guard [file, Self.defaultLocalFile].contains(localFile) else {
            throw Self.refused(
                "it says ?local=\(localFile), and \(file) is to be moved",
                hint: "leave ?local= out"
            )
        }
        var address = self
        address.localFile = file
        return address
    }

    /// Another database on the same server.
    func database(named name: String) -> ServerAddress {
        var address = self
        address.database = name
        return address
    }

    /// Where its HTTP interface is.
    var url: String { "\(isEncrypted ? "https" : "http")://\(authority)/" }

    private var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// Names are written into statements, so that they hold nothing that would have to be quoted.
    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func refused(
        _ cause: String,
        hint: String = "write clickhouse://USER@HOST:PORT/DATABASE"
    ) -> StoreError {
        StoreError(.refused, operation: "reading the address of --db", cause: cause, hint: hint)
    }
}
