import Foundation

/// The path under which a file is known to the store, wherever the program was started.
package enum SourcePath {
    /// Absolute, without `.` and `..`; symbolic links stay.
    ///
    /// `-` is standard input.
    package static func absolute(_ path: String) -> String {
        path == "-" ? path : URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// The name of a path in messages.
    package static func title(_ path: String) -> String { path == "-" ? "standard input" : path }
}
