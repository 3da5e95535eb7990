/// The name of a source for people.
package enum SourceName {
    /// Relative to the terminal's folder where it lies below that.
    package static func short(_ path: String, for terminal: Terminal) -> String {
        guard let folder = terminal.folder, path.hasPrefix(folder + "/") else { return path }
        return String(path.dropFirst(folder.count + 1))
    }
}
