import Foundation

/// A folder for one test, which goes away with its last reference.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        let parent = FileManager.default.temporaryDirectory
        let url = parent.appendingPathComponent("log-tailing-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.resolvingSymlinksInPath().path
    }

    deinit {
        // A folder that stays is no reason to fail a test that has passed.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something in it.
    func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file in it, folders above it included, and gives its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
        return path(name)
    }

    /// Opens something in it for reading, for as long as `body` runs.
    func reading<T>(_ name: String, _ body: (Int32) throws -> T) throws -> T {
        let descriptor = open(path(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CocoaError(.fileReadNoSuchFile) }
        defer { close(descriptor) }
        return try body(descriptor)
    }
}
