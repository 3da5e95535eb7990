import ArgumentParser

/// How the program's own messages are written.
enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// For people.
    case text
    /// One object a line, for machines.
    case json
}
