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

        /// The part of the pattern as it was written.
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

    /// Whether the pattern accepts a path, or a folder above it and its name is a log's.
    func matches(_ path: String) -> Bool {
        let names = path.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard let name = names.last, !FileName.isDatabase(name) else { return false }
        // How many names the parts up to here may have accepted.
        var accepted: Set = [0]
        for component in components {
            accepted = accepted.reduce(into: []) { next, count in
                next.formUnion(component.accept(names, after: count))
            }
        }
        return accepted.contains { count in
            let below = names[count...]
            return below.isEmpty
                || FileName.looksLikeLog(name) && !below.contains { $0.hasPrefix(".") }
        }
    }
}

extension PathPattern.Component {
    /// How many of the names may be accepted when this part follows those that were.
    fileprivate func accept(_ names: [String], after count: Int) -> [Int] {
        guard count < names.count else { return self == .anyFolders ? [count] : [] }
        switch self {
        case .name(let text): return names[count].isSamePath(as: text) ? [count + 1] : []
        case .wildcard(let text):
            let isAccepted =
                names[count].isSamePath(as: text) || fnmatch(text, names[count], FNM_PERIOD) == 0
            return isAccepted ? [count + 1] : []
        case .anyFolders:
            let folders = names[count..<names.count - 1].prefix { !$0.hasPrefix(".") }
            return Array(count...count + folders.count)
        }
    }
}
