import Foundation

/// A file could not be read: what the system said, and what to do about it.
package struct ReadError: Error, Sendable, CustomStringConvertible {
    /// An `errno`.
    package var code: Int32

    package init(code: Int32) { self.code = code }

    package var description: String { "\(String(cString: strerror(code))); \(hint)" }

    private var hint: String {
        switch code {
        case ENOENT: "check the path"
        case EACCES, EPERM: "run this as a user who may read it"
        case ENOTSUP: "name a log file, or a folder of them"
        case EILSEQ: "rename it: its name is not UTF-8"
        case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
        default: "check the file and its disk"
        }
    }
}
