import Foundation

/// The files of this project as they lie on disk, found from where this file lies.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Folders that hold what was built, made or installed.
    private static let foreign: Set = ["venv", "work", "generated", "__pycache__"]

    /// The files below a folder that end in one of these, as paths from the root, in order.
    static func files(in folder: String, endingIn endings: Set<String>) throws -> [String] {
        let start = root.appendingPathComponent(folder)
        let entries = try FileManager.default.contentsOfDirectory(
            at: start,
            includingPropertiesForKeys: [.isDirectoryKey],
            options: .skipsHiddenFiles
        )
        return try entries.sorted { $0.path < $1.path }.flatMap { entry in
            let name = entry.lastPathComponent
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            guard try entry.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true else {
                return endings.contains(entry.pathExtension) ? [path] : []
            }
            return foreign.contains(name) ? [] : try files(in: path, endingIn: endings)
        }
    }

    /// The whole text of a file.
    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Whether there is a file or folder.
    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    /// The Swift files below a folder, read.
    static func swiftFiles(in folder: String) throws -> [SwiftSource] {
        try files(in: folder, endingIn: ["swift"]).map {
            SwiftSource(path: $0, text: try text(of: $0))
        }
    }
}
