import Glibc
import NIOCore
import NIOPosix

/// Why the server cannot listen where it was asked to.
package struct ListenProblem: Error, CustomStringConvertible {
    /// What it should have listened on.
    package var place: String
    package var cause: String
    package var hint: String

    /// `nil` for an error that has nothing to do with listening.
    init?(_ error: any Error, _ options: ServerOptions) {
        place = options.unixSocket ?? "\(options.host), port \(options.port)"
        let words = options.unixSocket == nil ? Self.port(error) : Self.socket(error)
        guard let words else { return nil }
        (cause, hint) = words
    }

    private typealias Words = (cause: String, hint: String)

    private static func port(_ error: any Error) -> Words? {
        let hint = "listen on an address of this machine with --host, such as 127.0.0.1 or 0.0.0.0"
        switch error {
        case let error as IOError:
            let cause = String(cString: strerror(error.errnoCode))
            switch error.errnoCode {
            case EADDRINUSE:
                return (cause, "choose another port with --port; --port 0 takes a free one")
            case EACCES: return (cause, "choose a port of 1024 or above with --port")
            default: return (cause, hint)
            }
        case is SocketAddressError.UnknownHost: return ("no machine has that name", hint)
        default: return nil
        }
    }

    private static func socket(_ error: any Error) -> Words? {
        let hint = "name a path in a folder of your own with --unix-socket, of at most 100 bytes"
        switch error {
        case let error as IOError: return (String(cString: strerror(error.errnoCode)), hint)
        case is UnixDomainSocketPathWrongType:
            return ("something else than a socket is there", hint)
        case SocketAddressError.unixDomainSocketPathTooLong: return ("the path is too long", hint)
        case is UnixSocketFile.Taken:
            let hint = "stop that one, or choose another path with --unix-socket"
            return ("another program listens there", hint)
        default: return nil
        }
    }

    package var description: String { "listening on \(place): \(cause); \(hint)" }
}
