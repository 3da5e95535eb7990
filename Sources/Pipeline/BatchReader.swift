import AgentEvents
import EventDecoding
import EventStorage
import LogTailing
import Pricing

/// How much one batch takes at most.
struct BatchLimit {
    var events: Int
    var bytes: Int64 = 64 << 20
    /// Memory for rejected lines that are kept.
    var rejectedBytes = 8 << 20
    /// A batch ends at this many rejected lines, so that none of them is dropped.
    var rejectedLines = Int.max

    /// Few commits, for a reader that has all there is before it.
    static let bulk = BatchLimit(events: 65_536)
    /// Little is lost when the reader is killed, and what is new is seen soon.
    static let following = BatchLimit(events: 16_384, bytes: 16 << 20)
    /// The write lock is held for a part of a second, so that other posts get their turn.
    static let posted = BatchLimit(
        events: 4_096,
        bytes: 8 << 20,
        rejectedLines: PostProgress.maxRejectedLines
    )
}

/// Reads sources turn by turn into batches.
///
/// An actor, so that the next batch is read and decoded while the one before is being stored: its
/// files, buffers and decoder belong to it alone.
actor BatchReader<Queue: SourceQueue> {
    /// A batch, and how far the reader is.
    struct Progress: Sendable {
        var batch: IngestBatch
        /// Bytes read so far over all files.
        var bytes: Int64
    }

    private let queue: Queue
    private let limit: BatchLimit
    private let prices: PriceTable
    private let decoder: LineDecoder
    private let assembler = RecordAssembler()
    private var batch = IngestBatch()
    private var batchBytes: Int64 = 0
    private var rejectedBytes = 0
    private var rejectedLines = 0
    private var allBytes: Int64 = 0
    /// Last lines that were left because they are not whole yet.
    private(set) var unfinished: Int64 = 0
    private var skippedKept: [SourceRegistry.ID: Int] = [:]

    /// `queue`: the reader's alone from now on.
    init(
        queue: sending Queue,
        limit: BatchLimit,
        prices: PriceTable,
        options: DecodingOptions
    ) {
        self.queue = queue
        self.limit = limit
        self.prices = prices
        decoder = LineDecoder(options: options)
    }

    /// Accepts events up to a day after `now` from here on.
    func advance(to now: Timestamp) { decoder.advance(to: now) }

    /// Works with the queue between batches.
    func withQueue<T: Sendable>(_ body: (Queue) -> T) -> T { body(queue) }

    /// The next batch; `nil` where no source has anything to take.
    func next() -> Progress? {
        batch = IngestBatch()
        batchBytes = 0
        rejectedBytes = 0
        rejectedLines = 0
        queue.beginRound()
        while !isFull, let source = queue.nextReadable() { readSome(of: source) }
        guard !batch.sources.isEmpty else { return nil }
        prices.price(&batch.events)
        return Progress(batch: batch, bytes: allBytes)
    }

    private var isFull: Bool {
        batch.events.events.count >= limit.events || batchBytes >= limit.bytes
            || rejectedBytes >= limit.rejectedBytes || rejectedLines >= limit.rejectedLines
    }

    /// Reads a source to its end, or until its turn is over.
    private func readSome(of source: any LineSource) {
        let position = source.position
        var turn = Turn(
            source: UInt32(batch.sources.count),
            offset: position.offset,
            progress: SourceProgress(startOffset: position.offset, position: position)
        )
        turn.progress.isFollowed = source.isCaughtUp
        var failure: (any Error)?
        do {
            turn.isAtEnd = try readLines(source, &turn)
        } catch {
            failure = error  // what was read before it counts
        }
        if let move = queue.finish(source, at: turn.offset, isAtEnd: turn.isAtEnd) {
            store(turn, move)
        } else {
            batch.events.events.removeAll { $0.source == turn.source }
        }
        if let failure { queue.fail(source, failure) }
    }

    private func store(_ turn: Turn, _ move: SourceMove) {
        var progress = turn.progress
        progress.startOffset = move.startOffset
        progress.position = move.position
        progress.ledger.bytes = move.position.offset - move.startOffset
        allBytes += progress.ledger.bytes
        batch.sources.append(progress)
    }

    /// What one turn takes of one source.
    private struct Turn {
        let source: UInt32
        /// Behind the last line that was taken.
        var offset: Int64
        var progress: SourceProgress
        var isAtEnd = false
        /// What to go back to while a record has begun that is not whole yet.
        var whole: Whole?

        /// What was taken before a record began that is not whole yet.
        struct Whole {
            var offset: Int64
            var progress: SourceProgress
            var events: Int
        }
    }

    /// Takes lines until the turn is over (false) or the source ends (true).
    private func readLines(_ source: any LineSource, _ turn: inout Turn) throws -> Bool {
        guard let lines = source.lines else { return true }
        assembler.reset()
        turn.offset = lines.offset
        defer { rollBackToWholeRecord(&turn) }
        let start = turn.offset
        while !isQuotaReached(turn, since: start) {
            guard let line = try lines.next() else {
                if source.isFinal { finishRecords(&turn) }
                if turn.whole != nil { unfinished += 1 }
                return true
            }
            if !line.isTerminated, !source.isFinal, !isTakenUnfinished(line) {
                unfinished += 1
                return true
            }
            take(line, &turn)
            lines.heldFrom = assembler.pendingOffset
        }
        return false
    }

    /// Whether a turn has taken its share; it goes on where that would leave it where it began.
    private func isQuotaReached(_ turn: Turn, since start: Int64) -> Bool {
        guard isFull || turn.offset - start >= queue.turnBytes else { return false }
        return turn.whole.map { $0.offset > start } ?? true  // every record is whole
    }

    private func isTakenUnfinished(_ line: LogLine) -> Bool {
        queue.takesWholeLastLine && !line.isTooLong && decoder.isWholeJSON(line.bytes)
    }

    private func take(_ line: LogLine, _ turn: inout Turn) {
        assembler.take(line.bytes, offset: line.offset, length: line.length)
        while let record = assembler.next() { take(record, &turn) }
        turn.offset = line.end
        batchBytes += line.length
        guard assembler.pendingOffset != turn.whole?.offset else { return }
        turn.whole = assembler.pendingOffset.map {
            Turn.Whole(offset: $0, progress: turn.progress, events: batch.events.events.count)
        }
    }

    /// Takes what has begun of records that nothing will follow.
    private func finishRecords(_ turn: inout Turn) {
        assembler.finish()
        while let record = assembler.next() { take(record, &turn) }
        turn.whole = nil
    }

    /// Leaves a record that is not whole yet, and what came after its beginning, for another time.
    private func rollBackToWholeRecord(_ turn: inout Turn) {
        guard let whole = turn.whole else { return }
        turn.offset = whole.offset
        turn.progress = whole.progress
        batch.events.events.removeSubrange(whole.events...)
    }

    private func take(_ record: LogRecord, _ turn: inout Turn) {
        turn.progress.ledger.lines += record.lines
        turn.progress.ledger.joined += record.lines - 1
        switch decoder.decode(record, source: turn.source, into: &batch.events) {
        case .event(let errors):
            turn.progress.ledger.events += 1
            guard errors.count > 0 else { return }
            turn.progress.ledger.fieldErrors += Int64(errors.count)
            for field in errors.fields { turn.progress.fieldErrors[field.key, default: 0] += 1 }
        case .rejected(let reason):
            turn.progress.ledger.rejected += 1
            keep(record, reason: reason, progress: &turn.progress)
        case .skipped:
            turn.progress.ledger.skipped += 1
            if keepsSkipped(of: turn.progress.position) {
                keep(record, reason: .notAnEvent, progress: &turn.progress)
            }
        case .blank:
            turn.progress.ledger.blank += 1
        }
    }

    /// Whether another skipped line of a source is to be kept as an example.
    private func keepsSkipped(of position: SourcePosition) -> Bool {
        skippedKept[position.id, default: 0] += 1
        return skippedKept[position.id, default: 0] <= 20
    }

    private func keep(
        _ record: LogRecord,
        reason: RejectionReason,
        progress: inout SourceProgress
    ) {
        // Masked before it is cut, so that no half of a secret is left at the cut.
        let head = UnsafeRawBufferPointer(rebasing: record.bytes.prefix(LineBuffer.keptOfLongLines))
        let bytes = Array((SecretMask.masked(head) ?? Array(head)).prefix(LineRejection.keptBytes))
        let rejection = LineRejection(
            offset: record.offset,
            reason: reason,
            bytes: bytes,
            length: record.length
        )
        rejectedLines += 1
        rejectedBytes += rejection.memory - progress.keep(rejection)
    }
}
