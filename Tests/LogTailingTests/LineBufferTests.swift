import AgentEvents
import Foundation
import LogTailing
import Testing

struct LineBufferTests {
    /// The lines of some bytes as (text, offset, is terminated).
    private func lines(_ bytes: [UInt8]) throws -> [(String, Int64, Bool)] {
        let path = NSTemporaryDirectory() + "line-buffer-\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let descriptor = open(path, O_RDONLY)
        defer {
            close(descriptor)
            unlink(path)
        }
        let buffer = LineBuffer(
            reader: PlainBytes(descriptor: descriptor, offset: 0),
            fingerprint: SourceFingerprint()
        )
        var lines: [(String, Int64, Bool)] = []
        while let line = try buffer.next() {
            lines.append(
                (String(decoding: line.bytes, as: UTF8.self), line.offset, line.isTerminated)
            )
        }
        return lines
    }

    @Test("A descriptor that cannot be read is an error with its number")
    func unreadable() {
        let buffer = LineBuffer(
            reader: PlainBytes(descriptor: -1, offset: 0),
            fingerprint: SourceFingerprint()
        )
        #expect(throws: ReadError.self) { try buffer.next() }
    }

    @Test("Lines have their offsets; only the last may be unterminated")
    func offsets() throws {
        let cut = try lines(Array("ab\n\ncdé\r\nlast".utf8))
        #expect(cut.map(\.0) == ["ab", "", "cdé\r", "last"])
        #expect(cut.map(\.1) == [0, 3, 4, 10])
        #expect(cut.map(\.2) == [true, true, true, false])
        #expect(try lines([]).isEmpty)
    }

    @Test(
        "Random lines across chunk borders come back as they were",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func random(seed: UInt64) throws {
        var state = seed
        func next(_ bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
        var bytes: [UInt8] = []
        var expected: [Int] = []
        while bytes.count < 5_000_000 {
            let length = next(4) == 0 ? next(900_000) : next(300)
            expected.append(length)
            bytes += (0..<length).map { UInt8(97 + ($0 &* 7) % 26) }
            bytes.append(0x0A)
        }
        let cut = try lines(bytes)
        #expect(cut.map(\.0.utf8.count) == expected, "seed \(seed)")
        var offset: Int64 = 0
        for (line, length) in zip(cut, expected) {
            #expect(line.1 == offset, "seed \(seed)")
            offset += Int64(length) + 1
        }
    }

    @Test(
        "A line of 16 MiB is whole; one byte more keeps its beginning and its length",
        arguments: [0, 1, 3_000_000]
    )
    func long(excess: Int) throws {
        let length = LineRejection.maxLineBytes + excess
        var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: length)
        bytes += Array("\nnext\n".utf8)
        let path = NSTemporaryDirectory() + "long-line-\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let descriptor = open(path, O_RDONLY)
        defer {
            close(descriptor)
            unlink(path)
        }
        let buffer = LineBuffer(
            reader: PlainBytes(descriptor: descriptor, offset: 0),
            fingerprint: SourceFingerprint()
        )
        let first = try #require(try buffer.next())
        #expect(first.length == Int64(length))
        #expect(first.isTooLong == (excess > 0))
        #expect(first.isTerminated)
        let second = try #require(try buffer.next())
        #expect(String(decoding: second.bytes, as: UTF8.self) == "next")
        #expect(second.offset == Int64(length) + 1)
        #expect(try buffer.next().map(\.offset) == nil)
    }
}
