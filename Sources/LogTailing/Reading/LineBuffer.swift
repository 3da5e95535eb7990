import AgentEvents
import Foundation

/// One line of a source, valid until the next is asked for.
package struct LogLine {
    /// The bytes of the line without its line feed.
    ///
    /// 64 readable bytes follow it in memory. Of a line that is too long, at least
    /// `LineBuffer.keptOfLongLines` bytes.
    package var bytes: UnsafeRawBufferPointer
    /// Where it begins in the source.
    package var offset: Int64
    /// Its length, which is above `bytes.count` where it is too long.
    package var length: Int64
    /// Whether a line feed ends it; false only for the last line of a source.
    package var isTerminated: Bool

    package var isTooLong: Bool { length > Int64(LineRejection.maxLineBytes) }
    /// Where the next line begins.
    package var end: Int64 { offset + length + (isTerminated ? 1 : 0) }
}

/// Cuts what a reader gives into lines, in bounded memory, and keeps the fingerprint of what it
/// passes.
///
/// Lines lie in one buffer, which grows with what there is to read up to two chunks, and further
/// only to the longest line allowed; of a longer one only the first bytes are kept and the rest is
/// read past. The buffer has 64 bytes to spare behind its end, which the JSON parser may read.
package final class LineBuffer {
    private static let largestChunk = 1 << 20
    private static let smallestChunk = 32 << 10
    private static let padding = 64
    /// How much of a line that is too long is handed on: what is kept of it and some bytes more.
    package static let keptOfLongLines = LineRejection.keptBytes + 4_096

    private let reader: any ByteReader
    private var memory: UnsafeMutableRawBufferPointer
    /// What is read and not handed out yet lies in `start..<end`.
    private var start = 0
    private var end = 0
    /// How far from `start` no line feed is.
    private var searched = 0
    private var isAtEnd = false
    private var chunk = LineBuffer.smallestChunk
    /// Where the byte at `start` stands in the source.
    package private(set) var offset: Int64
    /// Covers what was let go of; `fingerprint(at:)` takes it further.
    private var fingerprint: SourceFingerprint
    /// The same behind a last line of which not all is in memory.
    private var pastLongLine: SourceFingerprint?
    /// What lies from here on stays in memory, since the caller may end its reading here.
    package var heldFrom: Int64?

    /// `fingerprint`: of what stands before the reader's next byte.
    package init(reader: any ByteReader, fingerprint: SourceFingerprint) {
        self.reader = reader
        self.fingerprint = fingerprint
        offset = fingerprint.offset
        memory = .allocate(byteCount: 2 * Self.smallestChunk + Self.padding, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { memory.deallocate() }

    /// The next line, or `nil` at the end.
    ///
    /// The last one may have no line feed. NULs before the first line are passed over: they stand
    /// where a writer went on at its old place in a file that was truncated.
    ///
    /// - Throws: `ReadError` or `ArchiveError` where the source cannot be read.
    package func next() throws -> LogLine? {
        while true {
            if offset == 0 || isPassingNULs { try passNULs() }
            if let length = lengthToLineFeed() { return take(length, isTerminated: true) }
            searched = end - start
            if searched > LineRejection.maxLineBytes { return try skipRest() }
            if isAtEnd { return end == start ? nil : take(end - start, isTerminated: false) }
            try fill()
        }
    }

    /// Reads past a line feed (or `\r\n`) that ends a line which was taken without it.
    package func skipLineEnd() throws {
        while end - start < 2, !isAtEnd { try fill() }
        var length = 0
        if end - start >= 1, memory[start] == UInt8(ascii: "\n") { length = 1 }
        if end - start >= 2, memory[start] == UInt8(ascii: "\r"),
            memory[start + 1] == UInt8(ascii: "\n")
        {
            length = 2
        }
        start += length
        offset += Int64(length)
    }

    /// The first offset of which `fingerprint(at:)` gives the fingerprint.
    var firstKept: Int64 { fingerprint.offset }

    /// The fingerprint at the end of a line that was handed out, at `heldFrom`, or before.
    ///
    /// What stands before it is let go of.
    package func fingerprint(at offset: Int64) -> SourceFingerprint {
        if let pastLongLine, pastLongLine.offset == offset { return pastLongLine }
        let length = Int(offset - fingerprint.offset)
        let first = start - Int(self.offset - fingerprint.offset)
        fingerprint.append(UnsafeRawBufferPointer(rebasing: memory[first..<first + length]))
        return fingerprint
    }

    private var isPassingNULs = false

    private func passNULs() throws {
        isPassingNULs = true
        while true {
            while start < end, memory[start] == 0 {
                start += 1
                offset += 1
            }
            if start < end {
                isPassingNULs = false
                return
            }
            if isAtEnd { return }
            try fill()
        }
    }

    private func lengthToLineFeed() -> Int? {
        guard let base = memory.baseAddress, end - start > searched else { return nil }
        let from = base + start + searched
        guard let found = memchr(from, 0x0A, end - start - searched) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base + start)
    }

    private func take(_ length: Int, isTerminated: Bool) -> LogLine {
        let line = LogLine(
            bytes: UnsafeRawBufferPointer(rebasing: memory[start..<start + length]),
            offset: offset,
            length: Int64(length),
            isTerminated: isTerminated
        )
        start += length + (isTerminated ? 1 : 0)
        offset = line.end
        searched = 0
        return line
    }

    /// Takes a line that is longer than allowed: its first bytes, and where it ends.
    ///
    /// Nothing can be held over it.
    private func skipRest() throws -> LogLine {
        let kept = Self.keptOfLongLines
        var length = end - start
        var isTerminated = false
        var passed = fingerprint(at: offset)
        passed.append(UnsafeRawBufferPointer(rebasing: memory[start..<end]))
        // The kept beginning stays at the front; what follows overwrites the rest.
        memory.baseAddress?.copyMemory(
            from: UnsafeRawPointer(rebasing: memory[start..<start + kept]),
            byteCount: kept
        )
        start = 0
        while !isTerminated {
            end = kept
            searched = kept
            try fill(keeping: 0)
            if isAtEnd { break }
            if let found = lengthToLineFeed() {
                length += found - kept
                isTerminated = true
                start = found + 1
            } else {
                length += end - kept
            }
            let passedEnd = isTerminated ? start : end
            passed.append(UnsafeRawBufferPointer(rebasing: memory[kept..<passedEnd]))
        }
        if !isTerminated { start = end }
        let line = LogLine(
            bytes: UnsafeRawBufferPointer(rebasing: memory[..<kept]),
            offset: offset,
            length: Int64(length),
            isTerminated: isTerminated
        )
        offset = line.end
        // Without its end the line is left for another time, and the fingerprint stays before it.
        if isTerminated { fingerprint = passed } else { pastLongLine = passed }
        searched = 0
        return line
    }

    /// Reads one chunk behind `end`, making room first.
    private func fill() throws {
        let held = heldFrom.map { start - Int(offset - $0) } ?? start  // else only what is unread
        try fill(keeping: held)
    }

    /// `first`: what lies before it is let go of where room is needed.
    private func fill(keeping first: Int) throws {
        if memory.count - Self.padding - end < chunk { makeRoom(keeping: first) }
        let room = UnsafeMutableRawBufferPointer(
            rebasing: memory[end..<memory.count - Self.padding].prefix(chunk)
        )
        let count = try reader.read(into: room)
        if count == 0 { isAtEnd = true }
        if count == chunk { chunk = min(2 * chunk, Self.largestChunk) }
        end += count
    }

    private func makeRoom(keeping first: Int) {
        if first > 0 {
            _ = fingerprint(at: offset - Int64(start - first))
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[first..<end]))
            end -= first
            start -= first
        }
        let needed = end + chunk
        guard memory.count - Self.padding < needed else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(needed, (memory.count - Self.padding) * 2) + Self.padding,
            alignment: 64
        )
        larger.initializeMemory(as: UInt8.self, repeating: 0)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<end]))
        memory.deallocate()
        memory = larger
    }
}

extension UnsafeRawPointer {
    /// The first byte of a part of memory.
    fileprivate init(rebasing part: Slice<UnsafeMutableRawBufferPointer>) {
        let buffer = UnsafeRawBufferPointer(rebasing: part)
        guard let base = buffer.baseAddress else { preconditionFailure("the part is not empty") }
        self = base
    }
}
