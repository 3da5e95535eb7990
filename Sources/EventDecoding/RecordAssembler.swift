import AgentEvents

/// Makes records of lines: takes container and journal wrappers off, and joins what a runtime
/// split.
///
/// Serves one reader at a time, which hands over every line and then asks for records until there
/// are none:
///
///     assembler.take(line.bytes, offset: line.offset, length: line.length)
///     while let record = assembler.next() { ... }
///
/// A line gives no record (it is a part, and was put aside), one, or up to three: those that it
/// proved to be without end, and its own. `record.lines` of all records add up to the lines taken,
/// but for those of records that are pending: those count nowhere yet. So a ledger holds
/// `lines += record.lines`, `joined += record.lines - 1`, and 1 for what became of the record.
///
/// Nothing is taken off twice: a wrapper inside a wrapper is a text like any other. A line that is
/// no wrapper, or a broken one, is a record as it stands, and pending records do not mind it.
///
/// A pending record is given up, and judged as it stands (so what is whole JSON is an event after
/// all, cut JSON is `invalid_json`, and plain text is skipped), when
/// - a part of its stream shows that it cannot go on: the record was an object whole in its first
///   line already and the part is not blank; or an object has begun, and the part ends a record and
///   holds a whole object of its own, which the end of a larger one never does; or it is in another
///   wrapper;
/// - a line ends more than 16 MiB (`LineRejection.maxLineBytes`) behind `pendingOffset`. If that
/// line
///   is the record's own next part, that part is the last of its lines, and the record is rejected
///   as `line_too_long`; further parts begin a new record.
package final class RecordAssembler {
    // Checking at run time that accesses to a property do not overlap costs more than the look at an
    // ordinary line. Those that every line touches go without: one reader uses them, and no access
    // calls out while it lasts.

    private let parser = LineParser(table: KeyTable())
    /// The unfinished records by the number of their stream.
    private var splits: [SplitRecord?] = [nil, nil]
    /// Records that ended, with the memory they lie in; `handedOut` of them were asked for.
    @exclusivity(unchecked) private var ended: [(record: LogRecord, text: RecordText)] = []
    @exclusivity(unchecked) private var handedOut = 0
    /// The record that is the last line's own.
    @exclusivity(unchecked) private var own: LogRecord?
    /// What was unwrapped from the last line.
    private let unwrapped = RecordText()
    private var spareTexts: [RecordText] = []

    /// Where reading has to begin again so that no record is cut: the beginning of the first record
    /// that was put aside since nothing was pending; `nil` when nothing is.
    ///
    /// Where records of both streams overlap, that one may have ended already.
    ///
    /// To roll back to it, a reader drops the records that begin at or behind it (they come again)
    /// and keeps those before it. Once `next()` has given `nil` after a line that set it, the
    /// records handed out so far are the ones to keep. It lies at most 16 MiB before the end of the
    /// last line: a reader that reads on for more than that always moves forward.
    @exclusivity(unchecked) package private(set) var pendingOffset: Int64?

    package init() {}

    /// Forgets what is pending: the next line is the first of a source, or the one at
    /// `pendingOffset` again.
    package func reset() {
        for index in splits.indices {
            if let split = splits[index] { recycle(split.text) }
            splits[index] = nil
        }
        pendingOffset = nil
        own = nil
        forgetEnded()
    }

    /// Takes one line without its line feed, after which 64 bytes are readable in memory.
    ///
    /// `offset` is where it begins in its source. `length` is the whole line's; only where that is
    /// above 16 MiB may `line` be cut. All records of the line before must have been asked for.
    package func take(_ line: UnsafeRawBufferPointer, offset: Int64, length: Int64) {
        precondition(own == nil && handedOut == ended.count, "records were not asked for")
        if !ended.isEmpty { forgetEnded() }
        let text = Self.withoutEdge(line, isFirst: offset == 0)
        let hint = WrapperHint(text)
        var record = LogRecord(
            bytes: line,
            offset: offset,
            length: length,
            lines: 1,
            rejection: length > LineRejection.maxLineBytes ? .lineTooLong : nil
        )
        if hint != .ordinary, record.rejection == nil {
            switch content(of: text, hint) {
            case .line: break
            case .part(let part): return add(part, of: record)
            case .message: record.replaceText(by: unwrapped.bytes)
            case .leftOut: record.rejection = .messageLeftOut
            }
        }
        if isTooFar(offset + length) { endAll() }
        own = record
    }

    /// A record of the line that was taken last, or `nil` when all were asked for.
    package func next() -> LogRecord? {
        if handedOut < ended.count {
            handedOut += 1
            return ended[handedOut - 1].record
        }
        let record = own
        own = nil
        return record
    }

    /// Says that no line will come any more: what is pending is judged as it stands, as when it is
    /// given up, and to be asked for.
    package func finish() {
        precondition(own == nil && handedOut == ended.count, "records were not asked for")
        forgetEnded()
        endAll()
    }

    // MARK: - Parts

    /// Takes a part; `line` is the record that its line would be as it stands.
    private func add(_ part: RecordPart, of line: LogRecord) {
        let stream = part.stream.rawValue
        if let split = splits[stream], isEnd(of: split, before: part) { end(stream) }
        if isTooFar(line.offset + line.length) {
            let isGrowing = splits[stream] != nil
            splits[stream]?.passOver(part)
            endAll()
            if isGrowing { return }
        }
        if splits[stream] == nil, part.isLast {
            own = line
            own?.replaceText(by: text(of: part))
            return
        }
        var split = splits[stream] ?? begin(at: line.offset, part)
        split.append(part)
        splits[stream] = split
        if part.isLast { end(stream) }
    }

    private func begin(at offset: Int64, _ part: RecordPart) -> SplitRecord {
        if pendingOffset == nil { pendingOffset = offset }
        let text = spareTexts.popLast() ?? RecordText()
        return SplitRecord(offset: offset, isEscaped: part.isEscaped, text: text)
    }

    /// Whether a part cannot belong to what is pending in its stream.
    private func isEnd(of split: SplitRecord, before part: RecordPart) -> Bool {
        guard split.isEscaped == part.isEscaped else { return true }
        if part.isLast, part.text.last == UInt8(ascii: "}"), isWholeObject(text(of: part)) {
            // Text alone can be the prefix of an object.
            guard case .object = LineText(text(of: split), isFirst: false) else { return false }
            return true
        }
        // Only a record of one line is looked at: looking at a growing one again and again would
        // take time in the square of its length.
        guard split.lines == 1, split.text.bytes.last == UInt8(ascii: "}") else { return false }
        if case .blank = LineText(text(of: part), isFirst: false) { return false }
        return isWholeObject(text(of: split))
    }

    private func isWholeObject(_ text: UnsafeRawBufferPointer) -> Bool {
        guard case .object(let json) = LineText(text, isFirst: false) else { return false }
        return parser.isValid(json)
    }

    /// The text that a part holds; of a token, in memory that the next one is written to.
    private func text(of part: RecordPart) -> UnsafeRawBufferPointer {
        part.isEscaped ? unescaped(part.text) : part.text
    }

    /// The same for what is pending.
    private func text(of split: SplitRecord) -> UnsafeRawBufferPointer {
        split.isEscaped ? unescaped(split.text.bytes) : split.text.bytes
    }

    private func unescaped(_ token: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        unwrapped.set(unescaped: token)
        return unwrapped.bytes
    }

    /// Whether a line that ends there is too far from where records began that are pending.
    private func isTooFar(_ end: Int64) -> Bool {
        guard let pendingOffset else { return false }
        return end - pendingOffset > LineRejection.maxLineBytes
    }

    /// Makes a record of what is pending in a stream.
    private func end(_ stream: Int) {
        guard let split = splits[stream] else { return }
        splits[stream] = nil
        ended.append((split.record(), split.text))
        if splits[1 - stream] == nil { pendingOffset = nil }
    }

    /// The same for both streams, in the order in which the records began.
    private func endAll() {
        guard pendingOffset != nil else { return }
        if let first = splits[0], let second = splits[1], second.offset < first.offset { end(1) }
        end(0)
        end(1)
    }

    private func forgetEnded() {
        for (_, text) in ended { recycle(text) }
        ended.removeAll(keepingCapacity: true)
        handedOut = 0
    }

    private func recycle(_ text: RecordText) {
        text.removeAll()
        spareTexts.append(text)
    }

    // MARK: - Wrappers

    /// What a line holds, once it is looked at whole.
    private enum Content {
        /// Nothing but itself.
        case line
        case part(RecordPart)
        /// A message, which is in `unwrapped`.
        case message
        /// A journal entry without its message.
        case leftOut
    }

    private func content(of text: UnsafeRawBufferPointer, _ hint: WrapperHint) -> Content {
        if hint == .cri { return CRILine.part(text).map(Content.part) ?? .line }
        guard case .object(let json) = LineText(text, isFirst: false) else { return .line }
        // What is no valid JSON is decoded, and rejected, as the line that it is.
        guard let fields = try? parser.fields(of: json) else { return .line }
        if hint == .docker { return WrappedObject.dockerPart(fields).map(Content.part) ?? .line }
        guard let message = WrappedObject.journalMessage(fields) else { return .line }
        switch JournalMessage.content(fields.rawJSON(of: message)) {
        case .token(let token): unwrapped.set(unescaped: token)
        case .numbers(let array): guard unwrapped.set(numbers: array) else { return .line }
        case .leftOut: return .leftOut
        case .unknown: return .line
        }
        return .message
    }

    /// The line from its first byte that is text: what `LineText` takes off before it is off.
    @inline(__always)
    private static func withoutEdge(
        _ line: UnsafeRawBufferPointer,
        isFirst: Bool
    ) -> UnsafeRawBufferPointer {
        guard let first = line.first, first <= 0x20 || (isFirst && first == 0xef) else {
            return line
        }
        return LineText.withoutStart(line, isFirst: isFirst)
    }
}

extension LogRecord {
    /// Takes the text out of a wrapper.
    fileprivate mutating func replaceText(by text: UnsafeRawBufferPointer) {
        bytes = text
        length = Int64(text.count)
    }
}
