import LogTailing
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GzipBytesTests {
    private let member: [UInt8]
    private let content = Array("one\ntwo\n".utf8)

    init() throws { member = try Packer.pack(content, "gzip") }

    @Test("Zeros behind a member are padding, however many", arguments: [1, 511, 200_000])
    func padding(count: Int) throws {
        let zeros = [UInt8](repeating: 0, count: count)
        let padded = try Unpacked.archive(member + zeros, .gzip)
        #expect(padded.matches(content))
        #expect(padded.error == nil)
        let both = try Unpacked.archive(member + zeros + member, .gzip)
        #expect(both.matches(content + content))
        #expect(both.error == nil)
        let garbage = try Unpacked.archive(member + zeros + [7], .gzip)
        #expect(garbage.matches(content))
        #expect(
            garbage.archiveError
                == .corrupt(
                    reason: "something else follows the archive at byte \(member.count + count)"
                )
        )
    }

    @Test(
        "What is no gzip is corrupt, zeros included",
        arguments: [[0, 0, 0], [0x7B, 0x7D], [0x1F, 0x8C]]
    )
    func noGzip(bytes: [UInt8]) throws {
        let unpacked = try Unpacked.archive(bytes, .gzip)
        #expect(unpacked.content.isEmpty)
        #expect(unpacked.isCorrupt)
    }

    @Test("A member that begins like one and is none is corrupt; its beginning alone is a cut")
    func falseMember() throws {
        #expect(try Unpacked.archive(member + [0x1F, 0x20, 0x20], .gzip).isCorrupt)
        #expect(try Unpacked.archive(member + [0x1F], .gzip).isCut)
    }

    @Test("A name, a comment, more fields and a checksum in the header are passed over")
    func header() throws {
        // The deflated bytes of the real member behind a header with every field there is.
        var header: [UInt8] = [0x1F, 0x8B, 8, 0x1C, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9]
        header += Array("name.jsonl\0comment\0".utf8)
        let unpacked = try Unpacked.archive(header + member.dropFirst(10), .gzip)
        #expect(unpacked.matches(content))
        #expect(unpacked.error == nil)
    }
}
