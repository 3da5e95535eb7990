import AgentEvents
import EventStorage
import Glibc

/// A stored source beside the file that now lies at its path.
struct SourceState {
    var stored: StoredSource
    /// The file's size now; `nil` where it is not this source's any more, or cannot be seen.
    var sizeNow: Int64?
    /// Why it cannot be seen.
    var problem: String?

    /// Bytes that are there and not read yet; unknown where the file cannot be compared.
    var lag: Int64? {
        guard let sizeNow, sizeNow >= stored.position.offset else { return nil }
        return sizeNow - stored.position.offset
    }

    /// Looks at the files of the newest generation of every path; the older ones are gone.
    static func all(of sources: [StoredSource]) -> [SourceState] {
        var newest: [String: Int64] = [:]
        for source in sources {
            let generation = source.position.generation
            // Generations count from 0, so that 0 is below none of them.
            newest[source.position.path] = max(newest[source.position.path] ?? 0, generation)
        }
        return sources.map { source in
            let isNewest = newest[source.position.path] == source.position.generation
            return SourceState(source, isNewest: isNewest)
        }
    }

    private init(_ source: StoredSource, isNewest: Bool) {
        stored = source
        problem = source.lastError
        // Standard input has no file.
        guard isNewest, source.position.path != "-" else { return }
        var file = stat()
        if stat(source.position.path, &file) == 0 {
            sizeNow = Int64(file.st_size)
        } else {
            problem = problem ?? String(cString: strerror(errno))
        }
    }
}
