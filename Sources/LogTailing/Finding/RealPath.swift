import Foundation

/// Where a path leads to.
enum RealPath {
    /// The path without symbolic links; the path itself where it leads nowhere.
    static func of(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
