import Glibc

/// The name of a source for people.
enum SourceName {
    /// Relative to the current folder where it lies below that.
    static func short(_ path: String) -> String {
        guard let folder = currentFolder, path.hasPrefix(folder + "/") else { return path }
        return String(path.dropFirst(folder.count + 1))
    }

    private static let currentFolder: String? = {
        guard let text = getcwd(nil, 0) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }()
}
