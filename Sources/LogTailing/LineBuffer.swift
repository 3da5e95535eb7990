import AgentEvents
import Foundation

/// One line of a source, valid until the next is asked for.
package struct LogLine {
    /// Without its line feed.
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

    package var isTooLong: Bool { length > Int64(LineRejection.longestLine) }
    /// Where the next line begins.
    package var end: Int64 { offset + length + (isTerminated ? 1 : 0) }
}

/// Cuts what a file descriptor gives into lines, in bounded memory.
///
/// Lines lie in one buffer that is as large as two chunks and grows to the longest line allowed; of
/// a longer one only the first bytes are kept and the rest is read past. The buffer has 64 bytes to
/// spare behind its end, which the JSON parser may read.
package final class LineBuffer {
    private static let chunk = 1 << 20
    private static let padding = 64
    /// How much of a line that is too long is handed on: what is kept of it and some bytes more.
    package static let keptOfLongLines = LineRejection.keptBytes + 4_096

    private let descriptor: Int32
    private var memory: UnsafeMutableRawBufferPointer
    /// What is read and not handed out yet lies in `start..<end`.
    private var start = 0
    private var end = 0
    /// How far from `start` no line feed is.
    private var searched = 0
    private var isAtEnd = false
    /// Where the byte at `start` stands in the source.
    package private(set) var offset: Int64

    /// `offset`: where the descriptor stands in its source.
    package init(descriptor: Int32, offset: Int64) {
        self.descriptor = descriptor
        self.offset = offset
        memory = .allocate(byteCount: 2 * Self.chunk + Self.padding, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { memory.deallocate() }

    /// The next line, or `nil` at the end.
    ///
    /// The last one may have no line feed.
    ///
    /// - Throws: `ReadError` where the descriptor cannot be read.
    package func next() throws -> LogLine? {
        while true {
            if let length = lengthToLineFeed() { return take(length, isTerminated: true) }
            searched = end - start
            if searched > LineRejection.longestLine { return try skipRest() }
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
    private func skipRest() throws -> LogLine {
        let kept = Self.keptOfLongLines
        var length = end - start
        var isTerminated = false
        // The kept beginning stays at the front; what follows overwrites the rest.
        memory.baseAddress?.copyMemory(
            from: UnsafeRawPointer(rebasing: memory[start..<start + kept]),
            byteCount: kept
        )
        start = 0
        while !isTerminated {
            end = kept
            searched = kept
            try fill()
            if isAtEnd { break }
            if let found = lengthToLineFeed() {
                length += found - kept
                isTerminated = true
                start = found + 1
            } else {
                length += end - kept
            }
        }
        if !isTerminated { start = end }
        let line = LogLine(
            bytes: UnsafeRawBufferPointer(rebasing: memory[..<kept]),
            offset: offset,
            length: Int64(length),
            isTerminated: isTerminated
        )
        offset = line.end
        searched = 0
        return line
    }

    /// Reads one chunk behind `end`, making room first.
    private func fill() throws {
        if start > 0, memory.count - Self.padding - end < Self.chunk {
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
            end -= start
            start = 0
        }
        if memory.count - Self.padding - end < Self.chunk { grow() }
        guard let base = memory.baseAddress else { return }
        var count = read(descriptor, base + end, Self.chunk)
        while count < 0, errno == EINTR { count = read(descriptor, base + end, Self.chunk) }
        guard count >= 0 else { throw ReadError(code: errno) }
        if count == 0 { isAtEnd = true }
        end += count
    }

    private func grow() {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: (memory.count - Self.padding) * 2 + Self.padding,
            alignment: 64
        )
        larger.initializeMemory(as: UInt8.self, repeating: 0)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
        end -= start
        start = 0
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
