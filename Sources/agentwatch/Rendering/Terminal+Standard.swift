import Glibc
import Presentation

extension Terminal {
    /// The terminal that standard output is, if it is one.
    static func standardOutput(wantsColor: Bool) -> Terminal {
        terminal(STDOUT_FILENO, wantsColor: wantsColor)
    }

    /// The terminal that standard error is, if it is one.
    static func standardError(wantsColor: Bool) -> Terminal {
        terminal(STDERR_FILENO, wantsColor: wantsColor)
    }

    private static func terminal(_ descriptor: Int32, wantsColor: Bool) -> Terminal {
        var terminal = Terminal(
            environment: { name in getenv(name).map { String(cString: $0) } },
            columns: TerminalWindow(of: descriptor).map(\.columns),
            wantsColor: wantsColor
        )
        terminal.folder = currentFolder
        return terminal
    }

    private static let currentFolder: String? = {
        guard let text = getcwd(nil, 0) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }()
}
