import Foundation

/// Finds the addresses of a name.
package struct HostResolver: Sendable {
    /// Gives every address of a name, in the order in which to try them.
    package typealias Lookup = @Sendable (_ name: String) async throws -> [IPAddress]

    private let lookup: Lookup

    package init(lookup: @escaping Lookup) { self.lookup = lookup }

    /// The system's resolver.
    package static let system = HostResolver { name in
        // A thread of its own, since the call blocks for as long as name servers are silent; where
        // the caller gives up, the thread ends by itself and nobody waits for it.
        let (answers, answer) = AsyncThrowingStream.makeStream(of: [IPAddress].self)
        Thread.detachNewThread {
            do {
                answer.yield(try addresses(of: name))
                answer.finish()
            } catch {
                answer.finish(throwing: error)
            }
        }
        for try await addresses in answers { return addresses }
        throw CancellationError()
    }

    /// The addresses to connect to.
    ///
    /// What the configuration names as an address, or as `localhost`, is taken at its word. A name is
    /// refused as a whole if any of its addresses is not public: whoever controls a name must not
    /// decide what of a private network is reached.
    func allowedAddresses(of host: HTTPTarget.Host) async throws -> [IPAddress] {
        let name: String
        switch host {
        case .address(let address): return [address]
        case .localhost: name = "localhost"
        case .name(let text): name = text
        }
        let addresses = try await lookup(name)
        guard !addresses.isEmpty else { throw ResolvingProblem.notFound }
        let isAllowed = addresses.allSatisfy { host == .localhost ? $0.isLoopback : $0.isPublic }
        guard isAllowed else { throw ResolvingProblem.notPublic }
        return addresses
    }

    private static func addresses(of name: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { throw ResolvingProblem.notFound }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = address(entry), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.ai_next
        }
        return addresses
    }

    private static func address(_ entry: addrinfo) -> IPAddress? {
        guard let socket = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET:
            let four = socket.loadUnaligned(as: sockaddr_in.self).sin_addr
            return IPAddress(bytes: withUnsafeBytes(of: four) { Array($0) })
        case AF_INET6:
            let six = socket.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return IPAddress(bytes: withUnsafeBytes(of: six) { Array($0) })
        default: return nil
        }
    }
}

/// Why a name is not connected to.
enum ResolvingProblem: Error {
    case notFound
    case notPublic
}
