import AgentEvents
import Foundation
import LogTailing
import Testing

/// A folder with logs, a follower with a stepped clock, and a store that keeps what it is given.
final class FollowedFolder {
    let path: String
    private(set) var follower: LogFollower
    private(set) var now = Timestamp(micros: 1_795_000_000 * Micros.second)
    private(set) var stored: [SourceRegistry.ID: SourcePosition] = [:]
    /// Every line that was taken and stored, in order.
    private(set) var lines: [String] = []
    private var options: FollowerOptions

    init(_ patterns: String..., fromEnd: Bool = false, maxOpenFiles: Int = 100) throws {
        let base =
            FileManager.default.fileExists(atPath: "/dev/shm")
            ? "/dev/shm/" : NSTemporaryDirectory()
        path = base + "followed-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        options = FollowerOptions(patterns: [])
        options.patterns = patterns.map { [path] in path + "/" + $0 }
        options.fromEnd = fromEnd
        options.maxOpenFiles = maxOpenFiles
        follower = LogFollower(options: options, known: [])
    }

    deinit {
        follower.close()
        // What is left in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }

    // MARK: - The follower

    /// Looks, takes everything there is, and stores it; gives the new lines.
    @discardableResult
    func poll(after step: Int64 = Micros.second) -> [String] {
        now = now + step
        let before = lines.count
        follower.look(at: now)
        while takeRound(of: follower) {}
        return Array(lines[before...])
    }

    /// Looks, and takes nothing.
    func look() { follower.look(at: now) }

    /// Takes what there is, of which nothing is stored.
    func readInVain() -> [String] {
        follower.beginRound()
        var taken: [String] = []
        while let source = follower.nextReadable() {
            let turn = Turn(of: source)
            taken += turn.lines
            _ = turn.end(source, in: follower)
        }
        return taken
    }

    /// Another process reads a file once, of which the follower is not told; gives its new lines.
    func ingest(_ name: String) -> [String] {
        let before = lines.count
        let queue = OnceQueue(paths: [path + "/" + name], known: Array(stored.values))
        while takeRound(of: queue) {}
        return Array(lines[before...])
    }

    /// Polls until nothing is left to be decided.
    @discardableResult
    func settle() -> [String] { (0..<8).flatMap { _ in poll() } }

    /// Ends the follower and begins another with what is stored.
    func restart() {
        follower.close()
        follower = LogFollower(options: options, known: Array(stored.values))
    }

    private func takeRound(of queue: any SourceQueue) -> Bool {
        queue.beginRound()
        var hasTaken = false
        while let source = queue.nextReadable() {
            hasTaken = take(source, in: queue) || hasTaken
        }
        return hasTaken
    }

    private func take(_ source: any LineSource, in queue: any SourceQueue) -> Bool {
        let turn = Turn(of: source)
        guard let move = turn.end(source, in: queue) else { return false }
        let before = stored[move.position.id]?.offset ?? 0  // a source begins at 0
        #expect(before == move.startOffset, "\(move)")
        stored[move.position.id] = move.position
        if queue === follower { follower.confirm([move.position]) }
        lines += turn.lines
        return move.position.offset != move.startOffset
    }

    /// What a source gave in one turn.
    private struct Turn {
        private(set) var lines: [String] = []
        private var offset: Int64
        private var isAtEnd = true
        private var failure: (any Error)?

        init(of source: any LineSource) {
            offset = source.position.offset
            guard let buffer = source.lines else { return }
            offset = buffer.offset
            do {
                while let line = try buffer.next(), line.isTerminated || source.isFinal {
                    lines.append(String(decoding: line.bytes, as: UTF8.self))
                    offset = line.end
                }
            } catch {
                failure = error
                isAtEnd = false
            }
        }

        func end(_ source: any LineSource, in queue: any SourceQueue) -> SourceMove? {
            defer { if let failure { queue.fail(source, failure) } }
            return queue.finish(source, at: offset, isAtEnd: isAtEnd)
        }
    }

    /// What the follower says of its sources.
    func conditions() -> [SourceCondition] { follower.takeConditions() }

    // MARK: - The files

    func append(_ text: String, to name: String) throws {
        let descriptor = open(path + "/" + name, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        defer { close(descriptor) }
        try #require(write(descriptor, text, text.utf8.count) == text.utf8.count)
    }

    func rename(_ name: String, to other: String) throws {
        try #require(Foundation.rename(path + "/" + name, path + "/" + other) == 0)
    }

    func truncate(_ name: String) throws {
        try #require(Foundation.truncate(path + "/" + name, 0) == 0)
    }

    func copy(_ name: String, to other: String) throws {
        try FileManager.default.copyItem(atPath: path + "/" + name, toPath: path + "/" + other)
    }

    func remove(_ name: String) throws { try #require(unlink(path + "/" + name) == 0) }

    /// Runs a program in the folder.
    func run(_ program: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
