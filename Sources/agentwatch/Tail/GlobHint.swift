import AgentEvents
import Foundation
import Presentation

/// Tells a glob that the shell has expanded from files that were meant one by one.
enum GlobHint {
    /// Two or more existing files of one folder with one extension look like an expanded glob, which
    /// would never find a file that appears later; `nil` for everything else.
    static func text(_ patterns: [String]) -> String? {
        let urls = patterns.map { URL(fileURLWithPath: $0) }
        guard patterns.count > 1, let first = urls.first, !first.pathExtension.isEmpty,
            urls.allSatisfy({
                $0.pathExtension == first.pathExtension
                    && $0.deletingLastPathComponent() == first.deletingLastPathComponent()
            }), patterns.allSatisfy(isFile)
        else { return nil }
        let written = patterns[0].lastIndex(of: "/").map { String(patterns[0][...$0]) } ?? ""
        let glob = SafeText.line("\(written)*.\(first.pathExtension)")
        return "The shell has replaced a glob by \(patterns.count) files. To find new files, too, "
            + "quote it: agentwatch tail '\(glob)'"
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
