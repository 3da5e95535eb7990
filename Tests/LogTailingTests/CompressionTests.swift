import Testing

@testable import LogTailing

struct CompressionTests {
    @Test(
        "Archives are told by their first bytes",
        arguments: [
            ([0x1F, 0x8B, 0x08, 0x00], Compression.gzip),
            ([0x1F, 0x8B], .gzip),
            ([0x28, 0xB5, 0x2F, 0xFD], .zstd),
            ([0x50, 0x2A, 0x4D, 0x18], .zstd),
            ([0x5F, 0x2A, 0x4D, 0x18, 0x00], .zstd),
            ([0x60, 0x2A, 0x4D, 0x18], nil),
            ([0x28, 0xB5, 0x2F], nil),
            ([0x5F, 0x2A, 0x4D], nil),
            ([0x1F], nil),
            ([], nil),
            (Array("{\"a\":1}".utf8), nil),
            (Array("P*M".utf8) + [0x18], .zstd),
            (Array("PK".utf8), nil),
        ] as [([UInt8], Compression?)]
    )
    func detect(bytes: [UInt8], expected: Compression?) {
        #expect(Compression.detect(bytes) == expected)
    }

    @Test("What the programs write is recognised, also by the fewest bytes that are enough")
    func programs() throws {
        let gzip = try Packer.pack(Array("a\n".utf8), "gzip")
        let zstd = try Packer.pack(Array("a\n".utf8), "zstd", "-q")
        #expect(Compression.detect(Array(gzip.prefix(Compression.magicLength))) == .gzip)
        #expect(Compression.detect(Array(zstd.prefix(Compression.magicLength))) == .zstd)
    }

    @Test("Each error says in one line what is wrong and what to do")
    func errors() {
        let errors: [(ArchiveError, String)] = [
            (.cut(at: 12), "after 12 bytes; wait until it is written, or copy it again"),
            (.corrupt(reason: "broken"), "broken; restore it from another copy"),
            (.unsupported(reason: "odd", advice: "pack it anew"), "odd; pack it anew"),
        ]
        for (error, end) in errors {
            #expect(error.description.hasSuffix(end))
            #expect(!error.description.contains("\n"))
        }
    }

    @Test(
        "A format that is not read is told by name, with what to do; lines that look alike are text"
    )
    func unreadFormats() throws {
        let formats: [([UInt8], String)] = [
            (try Packer.pack(Array("a\n".utf8), "xz"), "xz -dc"),
            (try Packer.pack(Array("a\n".utf8), "bzip2"), "bzip2 -dc"),
            ([0x50, 0x4B, 0x03, 0x04, 0x14, 0, 0, 0], "unzip -p"),
            ([0x04, 0x22, 0x4D, 0x18, 0x64], "lz4 -dc"),
            ([0xFF, 0xFE, 0x7B, 0], "iconv"),
            ([0xFE, 0xFF, 0, 0x7B], "iconv"),
        ]
        for (bytes, advice) in formats {
            let problem = UnreadFormat.problem(firstBytes: Array(bytes.prefix(8)))
            #expect(problem?.description.contains(advice) == true, "\(bytes.prefix(8))")
        }
        for text in ["", "BZh9 is how it begins", "PK", "{\"event\":1}", "\u{FEFF}{}"] {
            #expect(UnreadFormat.problem(firstBytes: Array(text.utf8.prefix(8))) == nil, "\(text)")
        }
    }
}
