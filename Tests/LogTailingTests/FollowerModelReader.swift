import AgentEvents
import LogTailing

/// A reader as Pipeline has one, with a store that is as simple as can be.
///
/// What was read is pending until it is committed, lines and positions together; a crash takes the
/// follower and what is pending.
final class ModelReader {
    /// A place that no line can share with another.
    private struct Place: Hashable {
        var source: SourceRegistry.ID
        var offset: Int64
    }

    /// The lines and the move of one turn.
    private struct Step {
        var move: SourceMove
        var lines: [(text: String, offset: Int64)]
    }

    private let options: FollowerOptions
    private var follower: LogFollower?
    private var stored: [SourceRegistry.ID: SourcePosition] = [:]
    private var places: Set<Place> = []
    private var pending: [Step] = []
    /// Whether another reader has moved sources, of which the follower learns by a refusal.
    private(set) var hadOtherReader = false
    /// What another process has read since the last look, and as which source.
    private var readElsewhere: [FileIdentity: SourceRegistry.ID] = [:]
    private var conditions: [SourceCondition] = []
    /// How often a line with this text is stored.
    private(set) var counts: [String: Int] = [:]
    /// What a reader must never do.
    private(set) var violations: [String] = []
    /// What it said of sources that could not be read.
    private(set) var failures: Set<String> = []
    private var now: Timestamp

    init(options: FollowerOptions, now: Timestamp) {
        self.options = options
        self.now = now
    }

    var isRunning: Bool { follower != nil }
    var isQuiet: Bool { follower?.isQuiet ?? true }

    func start() {
        guard follower == nil else { return }
        // The order in which a store gives its rows says nothing.
        let known = stored.values.sorted { $0.inode < $1.inode }
        follower = LogFollower(options: options, known: known)
    }

    /// Another process reads files to their ends, in batches of some lines.
    func ingest(_ paths: [String], lines: Int) {
        hadOtherReader = true
        let queue = OnceQueue(paths: paths, known: Array(stored.values))
        while true {
            queue.beginRound()
            var steps: [Step] = []
            while let source = queue.nextReadable(), steps.count < 10 {
                if let step = turn(of: source, in: queue, lines: lines) { steps.append(step) }
            }
            if steps.isEmpty { break }
            for step in steps {
                store(step)
                readElsewhere[step.move.position.fileIdentity] = step.move.position.id
            }
        }
    }

    /// Whether another process has read a file as another source since the last look.
    ///
    /// A follower learns of that at its looks, and stores nothing of a file that was read before. What
    /// comes between a look and a commit, neither can know: as if it had come before the look.
    private func isReadElsewhere(_ move: SourceMove) -> Bool {
        guard let source = readElsewhere[move.position.fileIdentity] else { return false }
        return source != move.position.id && move.startOffset == 0
    }

    func crash() {
        follower?.close()
        follower = nil
        pending = []
        conditions = []
    }

    func stop() {
        commit()
        crash()
    }

    func look(milliseconds: Int) {
        now = Timestamp(micros: now.micros + Int64(milliseconds) * Micros.millisecond)
        follower?.learn(Array(stored.values))
        readElsewhere = [:]
        follower?.look(at: now)
    }

    /// Lets sources have their turns; gives how many lines there were.
    ///
    /// `midTurn`: done once, after the first line that is taken.
    @discardableResult
    func read(turns: Int, lines most: Int, midTurn: () -> Void = {}) -> Int {
        guard let follower else { return 0 }
        // A batch moves a source once.
        if !pending.isEmpty { commit() }
        follower.beginRound()
        var count = 0
        for _ in 0..<turns {
            guard let source = follower.nextReadable() else { break }
            let step = turn(of: source, in: follower, lines: most) {
                if count == 0, $0 == 1 { midTurn() }
            }
            guard let step else { continue }
            count += step.lines.count
            pending.append(step)
        }
        conditions += follower.takeConditions()
        for condition in conditions {
            guard let problem = condition.problem else { continue }
            failures.insert("\(condition.position.seenAt): \(problem)")
        }
        return count
    }

    /// One turn of one source; `nil` where nothing of it counts.
    ///
    /// `afterLine`: told how many lines were taken.
    private func turn(
        of source: any LineSource,
        in queue: any SourceQueue,
        lines most: Int,
        afterLine: (Int) -> Void = { _ in }
    ) -> Step? {
        let from = source.position.offset
        var offset = from
        var taken: [(text: String, offset: Int64)] = []
        var failure: (any Error)?
        var isAtEnd = false
        do {
            isAtEnd = try take(most, of: source, &taken, &offset, afterLine: afterLine)
        } catch {
            failure = error  // what was read before it counts
        }
        if let first = taken.first, first.offset < from {
            violations.append("a line of \(source.position.path) stands before the offset")
        }
        let move = queue.finish(source, at: offset, isAtEnd: isAtEnd)
        if let failure {
            queue.fail(source, failure)
            failures.insert("reading \(source.position.seenAt): \(failure)")
        }
        return move.map { Step(move: $0, lines: taken) }
    }

    private func take(
        _ most: Int,
        of source: any LineSource,
        _ taken: inout [(text: String, offset: Int64)],
        _ offset: inout Int64,
        afterLine: (Int) -> Void
    ) throws -> Bool {
        guard let lines = source.lines else { return true }
        offset = lines.offset
        while taken.count < most {
            guard let line = try lines.next() else { return true }
            if !line.isTerminated, !source.isFinal { return true }
            taken.append((String(decoding: line.bytes, as: UTF8.self), line.offset))
            offset = line.end
            afterLine(taken.count)
        }
        return false
    }

    /// Stores what is pending, as a transaction does.
    func commit() {
        if hadOtherReader, !pending.isEmpty {
            // The store compares where every step began with what it holds, and takes all or nothing.
            let isStale = pending.contains {
                stored[$0.move.position.id]?.offset ?? 0 != $0.move.startOffset
                    || isReadElsewhere($0.move)
            }
            if isStale { return giveUp() }
        }
        for step in pending { store(step) }
        follower?.confirm(pending.map(\.move.position))
        pending = []
        for condition in conditions {
            var position = condition.position
            if let old = stored[position.id] {
                position = old
                position.device = condition.position.device
                position.inode = condition.position.inode
                position.size = condition.position.size
                position.seenAt = condition.position.seenAt
                position.identity = condition.position.identity
            } else {
                // Only a batch moves a source.
                position = SourcePosition(path: position.path)
                position.generation = condition.position.generation
                position.device = condition.position.device
                position.inode = condition.position.inode
                position.seenAt = condition.position.seenAt
            }
            stored[position.id] = position
        }
        conditions = []
    }

    private func store(_ step: Step) {
        let position = step.move.position
        let source = position.id
        let before = stored[source]?.offset ?? 0
        if before != step.move.startOffset {
            violations.append(
                "\(position.path), generation \(position.generation), is stored up to \(before); "
                    + "a batch began at \(step.move.startOffset)"
            )
        }
        stored[source] = position
        for line in step.lines {
            counts[line.text, default: 0] += 1
            if !places.insert(Place(source: source, offset: line.offset)).inserted {
                violations.append("\(position.path) has two lines at \(line.offset)")
            }
        }
    }

    /// The store took nothing of what is pending.
    func giveUp() {
        guard let follower else { return }
        pending = []
        conditions = []
        follower.rewind(to: Array(stored.values))
    }

    /// What is known of the sources, for a failure.
    func describeSources() -> String {
        stored.values.sorted { ($0.path, $0.generation) < ($1.path, $1.generation) }
            .map { position in
                let name = position.path.split(separator: "/").last ?? ""
                let seen = position.seenAt.split(separator: "/").last ?? ""
                return "  \(name) generation \(position.generation): \(position.offset) of "
                    + "\(position.size), at \(seen), \(position.identity)"
            }.joined(separator: "\n") + failures.sorted().map { "\n  \($0)" }.joined()
    }
}

extension SourcePosition {
    fileprivate var fileIdentity: FileIdentity { FileIdentity(device: device, inode: inode) }
}
