import Foundation

/// A file could not be read: what the system said.
package struct ReadError: Error, Sendable, CustomStringConvertible {
    /// An `errno`.
    package var code: Int32

    package init(code: Int32) { self.code = code }

    package var description: String { String(cString: strerror(code)) }
}
