package import AgentEvents
import Foundation

/// Files that are read once, one after the other, each to its end as it is now.
package final class OnceQueue: SourceQueue {
    package let takesWholeLastLine = true
    package let turnBytes = Int64.max
    private let paths: [String]
    private let written: WrittenFiles
    private var left: ArraySlice<String>
    private var registry: SourceRegistry
    private var reserved: Set<SourceRegistry.ID> = []
    private var current: (any LineSource)?
    private var inRound: Set<SourceRegistry.ID> = []
    private var opened: Set<PathKey> = []
    /// What went wrong, by path, in the order of the files.
    package private(set) var problems: [(path: String, error: any Error)] = []

    /// How many files were read, also where nothing in them was new.
    package var files: Int { opened.count }

    /// Reads files from where the store says that they were read to.
    ///
    /// `paths`: absolute; `-` is standard input. `written`: what is refused, whatever names it.
    package init(
        paths: [String],
        known: [SourcePosition],
        written: WrittenFiles = WrittenFiles()
    ) {
        self.paths = paths
        self.written = written
        left = paths[...]
        registry = SourceRegistry(known)
        reserve()
    }

    /// A source gets one turn, whatever its names.
    package func beginRound() { inRound = [] }

    /// The source that is being read, or the next file that can be opened.
    package func nextReadable() -> (any LineSource)? {
        while current == nil, let path = left.popFirst() {
            do {
                current = try source(at: path)
                opened.insert(PathKey(path))
            } catch {
                note(error, path)
            }
        }
        // A source under another of its names goes on in the next round.
        guard let current, !inRound.contains(current.position.id) else { return nil }
        return current
    }

    /// Ends a turn; at its end the source is done.
    package func finish(_ source: any LineSource, at offset: Int64, isAtEnd: Bool) -> SourceMove? {
        let move: SourceMove?
        do {
            move = try (source as? any OnceSource)?.move(to: offset, isAtEnd: isAtEnd)
            if move == nil { throw SourceProblem.truncated }
        } catch {
            fail(source, error)
            return nil
        }
        if isAtEnd { current = nil }
        guard let move else { return nil }
        registry.update(move.position)
        inRound.insert(move.position.id)
        return move
    }

    /// Notes what is wrong with a file, and passes on to the next.
    package func fail(_ source: any LineSource, _ error: any Error) {
        note(error, (source as? SourceFile)?.foundAt ?? source.position.path)  // of a stream
        current = nil
    }

    /// Begins again with the first file; what is stored is not read again.
    package func rewind(to known: [SourcePosition]) {
        registry = SourceRegistry(known)
        current = nil
        left = paths[...]
        problems = []
        reserve()
    }

    private func note(_ error: any Error, _ path: String) {
        problems.append((path, error))
    }

    /// What an inode tells of any of the files goes before what content tells of another.
    private func reserve() {
        reserved = []
        let recognition = SourceRecognition(registry: registry, followed: FollowedFiles())
        for path in left where path != "-" {
            // What cannot be read is reported when its turn comes.
            guard let source = try? continued(by: path, recognition) else { continue }
            reserved.insert(source.id)
        }
    }

    /// The source that an inode tells a file to go on from.
    private func continued(
        by path: String,
        _ recognition: SourceRecognition
    ) throws -> SourcePosition? {
        let facts = try FileFacts(path: path)
        // A pipe is opened once, since its writer would find nobody reading in between.
        guard facts.isRegular, !written.identities().contains(facts.identity) else { return nil }
        let file = try OpenFile(path: path)
        guard case .source(let source, _)? = try recognition.continuation(of: file, at: path)
        else { return nil }
        return source
    }

    private func source(at path: String) throws -> any OnceSource {
        guard path != "-" else { return StreamSource(standardInput: registry.newStream(at: path)) }
        // Closing a database's file would let go of the locks on it.
        guard !written.identities().contains(try FileFacts(path: path).identity) else {
            throw SourceProblem.isWritten
        }
        let file = try OpenFile(path: path)
        if file.facts.isFolder { throw SourceProblem.isFolder }
        guard file.facts.isRegular else {
            let position = registry.newStream(at: path)
            // Kept open, so that a writer that has begun does not find nobody reading.
            return try withExtendedLifetime(file) {
                try StreamSource(path: path, position: position)
            }
        }
        let source = try recognised(file, path)
        source.foundAt = path
        guard try source.begin(takesPartial: true) else { throw SourceProblem.truncated }
        return source
    }

    private func recognised(_ file: OpenFile, _ path: String) throws -> SourceFile {
        guard case .source(let position, let fingerprint) = try answer(file, path) else {
            throw SourceProblem.isKnown
        }
        return try SourceFile(
            file,
            position: position,
            fingerprint: fingerprint,
            storedOffset: registry.offset(of: position),
            now: .distantPast
        )
    }

    private func answer(_ file: OpenFile, _ path: String) throws -> SourceRecognition.Answer {
        var recognition = SourceRecognition(registry: registry, followed: FollowedFiles())
        if let answer = try recognition.continuation(of: file, at: path) { return answer }
        recognition.reserved = reserved
        return try recognition.recognise(file, at: path, isWanted: true, mayWait: false)
    }
}

/// A source that is read once.
protocol OnceSource: LineSource {
    /// `nil` where it was truncated meanwhile.
    func move(to offset: Int64, isAtEnd: Bool) throws -> SourceMove?
}

extension SourceFile: OnceSource {
    func move(to offset: Int64, isAtEnd: Bool) throws -> SourceMove? {
        if lines == nil { return takeMove() }
        guard finish(at: offset, isAtEnd: isAtEnd) else { return nil }
        if !isAtEnd { _ = try begin(takesPartial: true) }
        return takeMove()
    }
}
