import Foundation

/// A path of which some parts stand for many names.
struct PathPattern {
    enum Component: Equatable {
        /// One name as it stands.
        case name(String)
        /// Names that fnmatch(3) accepts: `*`, `?`, `[...]`, and `\` before what stands for itself.
        case wildcard(String)
        /// `**`: any number of folders, also none.
        case anyFolders

        init(_ text: String) {
            if text == "**" {
                self = .anyFolders
            } else {
                self = PathPattern.hasWildcards(text) ? .wildcard(text) : .name(text)
            }
        }

        /// As it was written.
        var text: String {
            switch self {
            case .name(let text), .wildcard(let text): text
            case .anyFolders: "**"
            }
        }
    }

    /// Every log below a folder.
    static let everyLog = PathPattern(components: [.anyFolders, .wildcard("*")], logsOnly: true)

    /// The parts between slashes; the last is never `anyFolders`.
    var components: [Component]
    /// Whether only names that look like logs are meant.
    var logsOnly = false

    private init(components: [Component], logsOnly: Bool) {
        self.components = components
        self.logsOnly = logsOnly
    }

    /// Takes an absolute path apart; `**` at its end stands for all files below.
    init(_ path: String) {
        components = []
        for part in path.split(separator: "/") where part != "." {
            let component = Component(String(part))
            if component != .anyFolders || components.last != .anyFolders {
                components.append(component)
            }
        }
        if components.last == .anyFolders { components.append(.wildcard("*")) }
    }

    /// Whether any part of a path may stand for several names.
    static func hasWildcards(_ text: String) -> Bool {
        text.utf8.contains(where: "*?[".utf8.contains)
    }

    /// A path of a name in a folder.
    static func join(_ folder: String, _ name: String) -> String {
        folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }

    /// The folder that an absolute path names something in.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "/" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    /// Whether folders that the last part accepts hold files that the pattern does not find anyway.
    var looksIntoLastFolders: Bool {
        components.suffix(2) != [.anyFolders, .wildcard("*")]
    }
}
