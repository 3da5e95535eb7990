import Glibc
import NIOCore

/// Why the server cannot listen where it was asked to.
package struct ListenProblem: Error, CustomStringConvertible {
    package var address: String
    package var port: Int
    package var cause: String
    package var hint: String

    /// `nil` for an error that has nothing to do with listening.
    init?(_ error: any Error, _ options: ServerOptions) {
        address = options.host
        port = options.port
        hint = "listen on an address of this machine with --host, such as 127.0.0.1 or 0.0.0.0"
        switch error {
        case let error as IOError:
            cause = String(cString: strerror(error.errnoCode))
            if error.errnoCode == EADDRINUSE {
                hint = "choose another port with --port; --port 0 takes a free one"
            } else if error.errnoCode == EACCES {
                hint = "choose a port of 1024 or above with --port"
            }
        case is SocketAddressError.UnknownHost: cause = "no machine has that name"
        default: return nil
        }
    }

    package var description: String { "listening on \(address), port \(port): \(cause); \(hint)" }
}
