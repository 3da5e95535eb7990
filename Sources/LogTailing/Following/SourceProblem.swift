/// Why a source cannot be read, beyond what the system says.
package enum SourceProblem: Error, CustomStringConvertible {
    /// An archive no longer holds what was read of it.
    case changed
    case truncated
    case isFolder
    /// It is a file that this process writes to.
    case isWritten
    /// An archive of a source that still stands.
    case isKnown

    package var description: String {
        switch self {
        case .changed:
            "it no longer holds what was read of it; remove it, or `agentwatch sources forget` it"
        case .truncated: "it was truncated while it was read; run the command again"
        case .isFolder: "it is a folder; name its files, as in: agentwatch ingest FOLDER/*.jsonl"
        case .isWritten: "agentwatch itself writes to it; name a log"
        case .isKnown: "all of it is read from the file it was made of"
        }
    }
}
