import LogTailing
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ZstdBytesTests {
    private let frame: [UInt8]
    private let content = Array("one\ntwo\n".utf8)

    init() throws { frame = try Packer.pack(content, "zstd") }

    private func skippable(_ count: Int, kind: UInt8 = 0) -> [UInt8] {
        let length = (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        return [0x50 + kind, 0x2A, 0x4D, 0x18] + length + [UInt8](repeating: 0xAA, count: count)
    }

    @Test("Skippable frames are passed over, however long", arguments: [0, 1, 300_000])
    func skippable(count: Int) throws {
        let skipped = skippable(count, kind: 15)
        let unpacked = try Unpacked.archive(skipped + frame + skipped + frame + skipped, .zstd)
        #expect(unpacked.matches(content + content))
        #expect(unpacked.error == nil)
        let alone = try Unpacked.archive(skipped, .zstd)
        #expect(alone.content.isEmpty)
        #expect(alone.error == nil)
        let cut = try Unpacked.archive(frame + skipped.dropLast(), .zstd)
        #expect(cut.matches(content))
        #expect(cut.isCut)
    }

    @Test("Blocks before a damaged one are handed out, also with room for all")
    func blocks() throws {
        let content = SampleBytes.noise(600_000)
        var packed = try Packer.pack(content, "zstd", "--no-check")
        // The header of the third block, of a type that there is not.
        let third = try #require(packed.count > 300_000 ? 6 + 2 * (3 + (128 << 10)) : nil)
        #expect(packed[third] & 6 == packed[6] & 6, "the header of a raw block stands there")
        packed[third] |= 6
        let unpacked = try Unpacked.archive(packed, .zstd, room: 1 << 20)
        #expect(unpacked.matches(Array(content.prefix(2 * (128 << 10)))))
        #expect(unpacked.isCorrupt)
    }

    @Test("A window of 128 MiB is read; one that is longer is refused with what to do")
    func window() throws {
        #expect(try Unpacked.archive(frame(windowLog: 27), .zstd).matches(content))
        for windowLog in [28, 31] as [UInt8] {
            let refused = try Unpacked.archive(frame(windowLog: windowLog), .zstd)
            #expect(refused.content.isEmpty)
            let message = try #require(refused.archiveError).description
            #expect(message.contains("window above 128 MiB"))
            #expect(message.contains("--long=27"))
        }
    }

    /// A frame with one raw block that asks for a window of 2 to a power.
    private func frame(windowLog: UInt8) -> [UInt8] {
        let block = UInt32(content.count) << 3 | 1
        let length = (0..<3).map { UInt8(truncatingIfNeeded: block >> (8 * $0)) }
        return [0x28, 0xB5, 0x2F, 0xFD, 0x00, (windowLog - 10) << 3] + length + content
    }

    @Test("The program's own --long=31 is refused, --long=27 is read")
    func program() throws {
        let long = try Packer.pack(content, "zstd", "-1", "--long=27")
        #expect(try Unpacked.archive(long, .zstd).matches(content))
        let longer = try Packer.pack(content, "zstd", "-1", "--long=31")
        let refused = try Unpacked.archive(frame + longer, .zstd)
        #expect(refused.matches(content))
        #expect(try #require(refused.archiveError).description.contains("--long=27"))
    }

    @Test("A frame that needs a dictionary is refused with what to do")
    func dictionary() throws {
        let number: [UInt8] = [1, 2, 3, 4]
        var packed: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x03, 0x58] + number
        packed += [UInt8(content.count) << 3 | 1, 0, 0] + content
        let refused = try Unpacked.archive(packed, .zstd)
        #expect(refused.content.isEmpty)
        #expect(try #require(refused.archiveError).description.contains("dictionary"))
    }

    @Test("What is no zstd is corrupt", arguments: [[0, 0, 0, 0, 0], Array("{\"a\":1}\n".utf8)])
    func noZstd(bytes: [UInt8]) throws {
        let unpacked = try Unpacked.archive(bytes, .zstd)
        #expect(unpacked.content.isEmpty)
        #expect(unpacked.isCorrupt)
    }
}
