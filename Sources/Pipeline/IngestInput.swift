import AgentEvents
import EventStorage
import Foundation
import LogTailing

/// One file that is being ingested: where it stands, and what was read of it since the last commit.
struct IngestInput {
    let lines: LineBuffer
    /// `nil` for pipes and standard input, which have no identity.
    private let facts: FileFacts?
    private var position: SourcePosition
    private(set) var skippedKept = 0

    private let descriptor: Int32

    /// Opens a file and goes on where it was read to.
    ///
    /// - Throws: `ReadError`; `IngestProblem` for folders.
    static func open(_ path: String, known: [SourcePosition]) throws -> IngestInput {
        let descriptor = path == "-" ? STDIN_FILENO : Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ReadError(code: errno) }
        do {
            let facts = try FileFacts(descriptor: descriptor)
            guard !facts.isFolder else { throw IngestProblem.isFolder }
            guard facts.isRegular, path != "-" else {
                return IngestInput(streamAt: path, descriptor: descriptor, known: known)
            }
            return try IngestInput(path: path, descriptor: descriptor, facts: facts, known: known)
        } catch {
            Foundation.close(descriptor)
            throw error
        }
    }

    private init(path: String, descriptor: Int32, facts: FileFacts, known: [SourcePosition]) throws {
        let decision = try SourceRecognition.decide(path: path, file: facts, known: known)
        self.facts = facts
        position = SourcePosition(path: decision.path)
        position.generation = decision.generation
        position.offset = decision.offset
        position.identity = decision.reason
        guard lseek(descriptor, off_t(decision.offset), SEEK_SET) >= 0 else {
            throw ReadError(code: errno)
        }
        lines = LineBuffer(descriptor: descriptor, offset: decision.offset)
        self.descriptor = descriptor
        // The last line was taken before its line end was written.
        if decision.offset > 0, try facts.byte(at: decision.offset - 1) != UInt8(ascii: "\n") {
            try lines.skipLineEnd()
        }
    }

    private init(streamAt path: String, descriptor: Int32, known: [SourcePosition]) {
        facts = nil
        position = SourcePosition(path: path)
        let latest = known.lazy.filter { $0.path == path }.map(\.generation).max()
        // A stream has no identity, so each is a generation of its own; the first is 0.
        position.generation = latest.map { $0 + 1 } ?? 0
        position.identity = "stream"
        lines = LineBuffer(descriptor: descriptor, offset: 0)
        self.descriptor = descriptor
    }

    func close() {
        if descriptor != STDIN_FILENO { Foundation.close(descriptor) }
    }

    /// What the store knows the source by.
    struct Identity: Hashable {
        var path: String
        var generation: Int64
    }

    var identity: Identity { Identity(path: position.path, generation: position.generation) }
    var isStream: Bool { facts == nil }
    var path: String { position.path }
    var size: Int64? { facts?.size }

    /// A record of progress that begins where the last one ended.
    func progress() -> SourceProgress {
        SourceProgress(startOffset: position.offset, position: position)
    }

    /// Moves the position behind what was taken, with the markers that recognise it later.
    mutating func advance(to offset: Int64) throws -> SourcePosition {
        position.offset = offset
        guard let facts else { return position }
        position.device = facts.device
        position.inode = facts.inode
        position.size = max(facts.size, offset)
        position.headLength = min(offset, FileFacts.markerLength)
        guard let head = try facts.headHash(length: position.headLength),
            let tail = try facts.tailHash(before: offset)
        else { throw IngestProblem.changedWhileRead }
        position.headHash = head
        position.tailHash = tail
        return position
    }

    /// Whether another skipped line is to be kept as an example.
    mutating func keepsSkipped() -> Bool {
        skippedKept += 1
        return skippedKept <= 20
    }
}

/// Why a file could not be read, beyond what the system says.
enum IngestProblem: Error, CustomStringConvertible {
    case isFolder
    case changedWhileRead

    var description: String {
        switch self {
        case .isFolder: "it is a folder; name its files, as in: agentwatch ingest FOLDER/*.jsonl"
        case .changedWhileRead: "it was truncated while it was read; run the command again"
        }
    }
}
