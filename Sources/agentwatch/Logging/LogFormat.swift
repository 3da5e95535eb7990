import ArgumentParser

/// How the program's own messages are written.
enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Text for people.
    case text
    /// One JSON object per line, for programs.
    case json
}
