import AgentEvents
import EventDecoding
import EventStorage
import LogTailing
import Pricing

/// Reads files one after the other into batches.
///
/// An actor, so that the next batch is read and decoded while the one before is being stored: its
/// files, buffers and decoder belong to it alone.
actor BatchReader {
    /// A batch, and how far the reader is.
    struct Progress: Sendable {
        var batch: IngestBatch
        /// Bytes read so far over all files.
        var bytes: Int64
    }

    private static let mostEvents = 65_536
    private static let mostBytes: Int64 = 64 << 20
    private static let mostRejectedBytes = 8 << 20

    private var paths: ArraySlice<String>
    private var known: [SourcePosition]
    private let prices: PriceTable
    private let decoder: LineDecoder
    private var input: IngestInput?
    private var batch = IngestBatch()
    private var sourcesInBatch: Set<IngestInput.Identity> = []
    private var batchBytes: Int64 = 0
    private var rejectedBytes = 0
    private var allBytes: Int64 = 0
    private(set) var summary = IngestSummary()

    init(paths: [String], known: [SourcePosition], prices: PriceTable, options: DecodingOptions) {
        self.paths = paths[...]
        self.known = known
        self.prices = prices
        decoder = LineDecoder(options: options)
    }

    /// The next batch; `nil` when every file has been read.
    func next() -> Progress? {
        batch = IngestBatch()
        batchBytes = 0
        rejectedBytes = 0
        sourcesInBatch = []
        while !isFull, openNext(), !isInBatch { readSome() }
        guard !batch.sources.isEmpty else { return nil }
        prices.price(&batch.events)
        return Progress(batch: batch, bytes: allBytes)
    }

    /// Whether the open file's source is in the batch already, under another of its names: then it
    /// goes on in the next batch, since a commit moves a source once.
    private var isInBatch: Bool {
        input.map { sourcesInBatch.contains($0.identity) } ?? false  // no file is open
    }

    private var isFull: Bool {
        batch.events.events.count >= Self.mostEvents || batchBytes >= Self.mostBytes
            || rejectedBytes >= Self.mostRejectedBytes
    }

    /// Makes sure that a file is open; files that cannot be read are noted and passed over.
    private func openNext() -> Bool {
        while input == nil, let path = paths.popFirst() {
            do {
                input = try IngestInput.open(path, known: known)
                summary.files += 1
            } catch {
                summary.problems.append("reading \(path): \(error)")
            }
        }
        return input != nil
    }

    /// Reads the open file to its end, or until the batch is full.
    private func readSome() {
        guard var input else { return }
        var progress = input.progress()
        let isAtEnd: Bool
        do {
            isAtEnd = try readLines(&input, &progress)
        } catch {
            summary.problems.append("reading \(input.path): \(error)")
            isAtEnd = true
        }
        finish(progress, &input)
        self.input = input
        if isAtEnd {
            input.close()
            self.input = nil
        }
    }

    /// Notes how far the file was read, with the markers that recognise it later.
    private func finish(_ progress: SourceProgress, _ input: inout IngestInput) {
        var progress = progress
        let taken = progress.position.offset
        do {
            progress.position = try input.advance(to: taken)
        } catch {
            summary.problems.append("reading \(input.path): \(error)")
            // Without a position to commit with them, the lines are read again another time.
            let source = UInt32(batch.sources.count)
            batch.events.events.removeAll { $0.source == source }
            return
        }
        progress.ledger.bytes = taken - progress.startOffset
        allBytes += progress.ledger.bytes
        batch.sources.append(progress)
        sourcesInBatch.insert(input.identity)
        known.removeAll {
            $0.path == progress.position.path && $0.generation == progress.position.generation
        }
        if !input.isStream { known.append(progress.position) }
    }

    /// Takes lines until the batch is full (false) or the file ends (true).
    private func readLines(
        _ input: inout IngestInput,
        _ progress: inout SourceProgress
    ) throws -> Bool {
        progress.position.offset = input.lines.offset
        let source = UInt32(batch.sources.count)
        while !isFull {
            guard let line = try input.lines.next() else { return true }
            if !line.isTerminated, !input.isStream,
                line.isTooLong || !decoder.isWholeJSON(line.bytes)
            {
                summary.unfinished += 1
                return true
            }
            take(line, source, &input, &progress)
            progress.position.offset = line.end
            batchBytes += line.length
        }
        return false
    }

    private func take(
        _ line: LogLine,
        _ source: UInt32,
        _ input: inout IngestInput,
        _ progress: inout SourceProgress
    ) {
        progress.ledger.lines += 1
        let outcome =
            line.isTooLong
            ? LineOutcome.rejected(.lineTooLong)
            : decoder.decode(line.bytes, offset: line.offset, source: source, into: &batch.events)
        switch outcome {
        case .event(let errors):
            progress.ledger.events += 1
            guard errors.count > 0 else { return }
            progress.ledger.fieldErrors += Int64(errors.count)
            for field in errors.fields { progress.fieldErrors[field.key, default: 0] += 1 }
        case .rejected(let reason):
            progress.ledger.rejected += 1
            keep(line, reason, &progress)
        case .skipped:
            progress.ledger.skipped += 1
            if input.keepsSkipped() { keep(line, .notAnEvent, &progress) }
        case .blank:
            progress.ledger.blank += 1
        }
    }

    private func keep(_ line: LogLine, _ reason: RejectionReason, _ progress: inout SourceProgress)
    {
        // Masked before it is cut, so that no half of a secret is left at the cut.
        let head = UnsafeRawBufferPointer(rebasing: line.bytes.prefix(LineBuffer.keptOfLongLines))
        let bytes = Array((SecretMask.masked(head) ?? Array(head)).prefix(LineRejection.keptBytes))
        rejectedBytes += bytes.count
        progress.rejections.append(
            LineRejection(offset: line.offset, reason: reason, bytes: bytes, length: line.length)
        )
    }
}
