/// What output goes to: how wide it is, whether it shows colours and block characters.
package struct Terminal: Sendable, Equatable {
    package var width: Int
    package var palette: Palette
    /// Whether characters beyond ASCII may be drawn with.
    package var drawsBlocks: Bool
    /// Whether texts are cut to the width; a pipe gets them whole.
    package var cutsText: Bool
    /// Paths below it are shown relative to it.
    package var folder: String?

    /// What is assumed of a pipe or a file.
    package static let defaultWidth = 100
    private static let narrowest = 40

    /// - Parameters:
    ///   - environment: the value of an environment variable.
    ///   - columns: of the terminal; `nil` where output is no terminal.
    ///   - wantsColor: false for `--no-color`.
    package init(environment: (String) -> String?, columns: Int?, wantsColor: Bool = true) {
        // COLUMNS is often exported as something that is no number; then it says nothing.
        let asked = environment("COLUMNS").flatMap { Int($0) }
        width = max(Self.narrowest, asked ?? columns ?? Self.defaultWidth)
        cutsText = asked != nil || columns != nil
        palette = Palette(
            isColored: wantsColor && Self.isColored(environment, isTerminal: columns != nil)
        )
        drawsBlocks = Self.drawsBlocks(environment)
    }

    private static func isColored(_ environment: (String) -> String?, isTerminal: Bool) -> Bool {
        func isSet(_ name: String) -> Bool { environment(name).map { !$0.isEmpty } == true }
        if isSet("NO_COLOR") { return false }
        if isSet("CLICOLOR_FORCE"), environment("CLICOLOR_FORCE") != "0" { return true }
        return isTerminal && environment("TERM") != "dumb"
    }

    /// The first of the locale variables that is set decides; without one, UTF-8 is assumed.
    private static func drawsBlocks(_ environment: (String) -> String?) -> Bool {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let locale = environment(name), !locale.isEmpty else { continue }
            let lowered = locale.lowercased()
            return lowered.contains("utf-8") || lowered.contains("utf8")
        }
        return true
    }
}
