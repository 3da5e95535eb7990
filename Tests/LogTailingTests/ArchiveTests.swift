import Foundation
import LogTailing
import Testing

/// What holds for gzip and zstd alike.
@Suite(.timeLimit(.minutes(2)))
struct ArchiveTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        var compression: Compression
        var command: [String]

        var testDescription: String { command.joined(separator: " ") }

        func pack(_ content: [UInt8]) throws -> [UInt8] {
            let rest = command.dropFirst().joined(separator: " ")
            return try Packer.pack(content, "/bin/sh", "-c", "\(command[0]) \(rest)")
        }
    }

    static let plain = [
        Kind(compression: .gzip, command: ["gzip"]), Kind(compression: .zstd, command: ["zstd"]),
    ]
    static let kinds =
        plain + [
            Kind(compression: .gzip, command: ["gzip", "-1"]),
            Kind(compression: .gzip, command: ["gzip", "-9", "--rsyncable"]),
            Kind(compression: .zstd, command: ["zstd", "-19", "--no-check"]),
            Kind(compression: .zstd, command: ["zstd", "--rsyncable", "-T2"]),
            Kind(compression: .zstd, command: ["zstd", "-1", "--long=27"]),
        ]

    @Test("Content comes back as it was", arguments: kinds)
    func content(kind: Kind) throws {
        for content in [
            [], Array("a".utf8), SampleBytes.log(lines: 50), SampleBytes.noise(200_000),
        ] {
            let packed = try kind.pack(content)
            for room in [1 << 20, 1_000, 7] where content.count / room < 20_000 {
                let unpacked = try Unpacked.archive(packed, kind.compression, room: room)
                #expect(unpacked.matches(content), "\(content.count) bytes by \(room)")
                #expect(unpacked.error == nil)
            }
        }
    }

    @Test("Big content comes back as it was", arguments: kinds)
    func big(kind: Kind) throws {
        let content = SampleBytes.log(lines: 80_000) + SampleBytes.noise(1_000_000)
        let unpacked = try Unpacked.archive(try kind.pack(content), kind.compression)
        #expect(unpacked.matches(content))
        #expect(unpacked.error == nil)
    }

    @Test("Archives one behind the other are read as one", arguments: plain)
    func several(kind: Kind) throws {
        let first = SampleBytes.log(lines: 3_000)
        let second = Array("last\n".utf8)
        let packed =
            try kind.pack(first) + kind.pack([]) + kind.pack([]) + kind.pack(second)
            + kind.pack([])
        for room in [1 << 16, 64] {
            let unpacked = try Unpacked.archive(packed, kind.compression, room: room)
            #expect(unpacked.matches(first + second))
            #expect(unpacked.error == nil)
        }
    }

    @Test("An empty file is at its end", arguments: plain)
    func empty(kind: Kind) throws {
        let unpacked = try Unpacked.archive([], kind.compression)
        #expect(unpacked.content.isEmpty)
        #expect(unpacked.error == nil)
    }

    @Test("A buffer without room takes nothing and loses nothing", arguments: plain)
    func noRoom(kind: Kind) throws {
        let scratch = try ScratchFolder()
        try scratch.write(try kind.pack(Array("abc".utf8)), to: "a")
        try scratch.reading("a") { descriptor in
            let reader = kind.compression.reader(descriptor)
            let none = UnsafeMutableRawBufferPointer(start: nil, count: 0)
            let count = try reader.read(into: none)
            #expect(count == 0)
            #expect(Unpacked(reader).matches(Array("abc".utf8)))
        }
    }

    @Test(
        "Cut at any byte, it gives the beginning of its content and says that it is cut",
        arguments: plain,
        [1 << 16, 5]
    )
    func cut(kind: Kind, room: Int) throws {
        let first = SampleBytes.log(lines: 40)
        let second = SampleBytes.noise(300)
        let head = try kind.pack(first)
        let packed = try head + kind.pack(second)
        let scratch = try ScratchFolder()
        let path = try scratch.write(packed, to: "a")
        var longest = first.count + second.count
        for length in (1..<packed.count).reversed() {
            #expect(truncate(path, off_t(length)) == 0)
            let unpacked = try scratch.reading("a") { descriptor in
                let reader = kind.compression.reader(descriptor)
                let unpacked = Unpacked(reader, room: room)
                if length != head.count {
                    #expect(throws: ArchiveError.cut(at: Int64(length))) { try once(reader) }
                }
                return unpacked
            }
            #expect(unpacked.isStart(of: first + second), "cut at \(length)")
            // A longer file never gives less.
            #expect(unpacked.content.count <= longest, "cut at \(length)")
            longest = unpacked.content.count
            if length == head.count {
                #expect(unpacked.error == nil)
                #expect(unpacked.matches(first))
            } else {
                #expect(unpacked.archiveError == .cut(at: Int64(length)), "cut at \(length)")
            }
        }
    }

    private func once(_ reader: any ByteReader) throws {
        var bytes: [UInt8] = [0]
        _ = try bytes.withUnsafeMutableBytes { try reader.read(into: $0) }
    }

    @Test("How much a cut archive gives does not depend on how it is asked", arguments: plain)
    func cutBySmallSteps(kind: Kind) throws {
        // Long repeats, of which little input makes more output than a small buffer takes.
        let content = [UInt8](repeating: 0x61, count: 5_000) + SampleBytes.log(lines: 30)
        let packed = try kind.pack(content)
        for length in 1..<packed.count {
            let cut = Array(packed.prefix(length))
            let whole = try Unpacked.archive(cut, kind.compression)
            let small = try Unpacked.archive(cut, kind.compression, room: 3)
            #expect(small.isCut)
            #expect(small.content.count == whole.content.count, "cut at \(length)")
        }
    }

    @Test("Content before a cut is handed out as far as it goes", arguments: plain)
    func cutLate(kind: Kind) throws {
        let content = SampleBytes.noise(1_000_000)
        let packed = try kind.pack(content)
        let unpacked = try Unpacked.archive(packed.dropLast(2), kind.compression)
        #expect(unpacked.isCut)
        #expect(unpacked.matches(content))
        let half = try Unpacked.archive(Array(packed.prefix(packed.count / 2)), kind.compression)
        #expect(half.isCut)
        #expect(half.isStart(of: content))
        // A block of zstd is given whole or not at all: 128 KiB.
        #expect(half.content.count > 500_000 - (128 << 10))
    }

    @Test("A flipped bit is found, or changes nothing that is handed out", arguments: plain)
    func flipped(kind: Kind) throws {
        let content = SampleBytes.log(lines: 30)
        let packed = try kind.pack(content)
        var found = 0
        for place in packed.indices {
            for bit in [0, 3, 7] {
                var bytes = packed
                bytes[place] ^= 1 << bit
                let unpacked = try Unpacked.archive(bytes, kind.compression)
                if unpacked.error == nil {
                    #expect(unpacked.matches(content), "byte \(place), bit \(bit)")
                } else {
                    #expect(unpacked.archiveError != nil, "byte \(place), bit \(bit)")
                    found += 1
                }
            }
        }
        // Time, name and flags of a gzip header are not checked.
        #expect(found > packed.count * 3 - 40)
    }

    @Test(
        "Content before damage is handed out, then the damage is told each time",
        arguments: plain
    )
    func damaged(kind: Kind) throws {
        let content = SampleBytes.noise(1_000_000)
        let packed = try kind.pack(content)
        let scratch = try ScratchFolder()
        // The checksum at the end, and something in the middle of a second archive.
        var ends = packed
        ends[packed.count - (kind.compression == .gzip ? 8 : 4)] ^= 0xFF
        try scratch.write(ends, to: "ends")
        try scratch.write(packed + Array("garbage behind it".utf8), to: "garbage")
        for name in ["ends", "garbage"] {
            try scratch.reading(name) { descriptor in
                let reader = kind.compression.reader(descriptor)
                let unpacked = Unpacked(reader, room: 1 << 20)
                #expect(unpacked.isCorrupt, "\(name)")
                // zstd checks with the last block, and gives it or not.
                let missing = name == "ends" && kind.compression == .zstd ? 128 << 10 : 0
                #expect(unpacked.isStart(of: content))
                #expect(unpacked.content.count >= content.count - missing, "\(name)")
                #expect(Unpacked(reader).isCorrupt)
                #expect(Unpacked(reader).content.isEmpty)
            }
        }
    }
}
