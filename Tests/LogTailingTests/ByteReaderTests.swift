import Foundation
import Testing

@testable import LogTailing

struct ByteReaderTests {
    private func read(_ reader: any ByteReader, _ room: Int) throws -> String {
        var bytes = [UInt8](repeating: 0, count: room)
        let count = try bytes.withUnsafeMutableBytes { try reader.read(into: $0) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test("A plain file is read from its offset, and goes on when it has grown")
    func plain() throws {
        let scratch = try ScratchFolder()
        try scratch.write(Array("one\ntwo\n".utf8), to: "a")
        try scratch.reading("a") { descriptor in
            let reader = PlainBytes(descriptor: descriptor, offset: 2)
            #expect(try read(reader, 3) == "e\nt")
            #expect(reader.offset == 5)
            #expect(try read(reader, 100) == "wo\n")
            #expect(try read(reader, 100).isEmpty)
            let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.path("a")))
            try writer.seekToEnd()
            try writer.write(contentsOf: Data("three".utf8))
            try writer.close()
            #expect(try read(reader, 100) == "three")
            #expect(reader.offset == 13)
            #expect(lseek(descriptor, 0, SEEK_CUR) == 0, "the descriptor itself is not moved")
            #expect(try read(PlainBytes(descriptor: descriptor, offset: 99), 9).isEmpty)
        }
    }

    @Test("A pipe is read until its writer has closed it")
    func stream() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("one\ntwo".utf8))
        try pipe.fileHandleForWriting.close()
        let reader = StreamBytes(descriptor: pipe.fileHandleForReading.fileDescriptor)
        #expect(try read(reader, 5) == "one\nt")
        #expect(try read(reader, 5) == "wo")
        #expect(try read(reader, 5).isEmpty)
    }

    @Test(
        "A stream holds text or an archive of several members, told from its first bytes",
        arguments: [nil, "gzip", "zstd"]
    )
    func streamedContent(program: String?) throws {
        let text = Array("one\ntwo\nthree\n".utf8)
        let packed = try program.map { try Packer.pack(text, $0) } ?? text
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(packed + packed))
        try pipe.fileHandleForWriting.close()
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        let reader = StreamContent(descriptor: descriptor)
        var content = ""
        while case let part = try read(reader, 3), !part.isEmpty { content += part }
        #expect(content == String(repeating: "one\ntwo\nthree\n", count: 2))
    }

    @Test("A stream shorter than any magic number is text, and an empty one is at its end")
    func shortStreams() throws {
        for text in ["", "{}\n", "\u{1F}"] {
            let pipe = Pipe()
            try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
            try pipe.fileHandleForWriting.close()
            let descriptor = pipe.fileHandleForReading.fileDescriptor
            #expect(try read(StreamContent(descriptor: descriptor), 100) == text)
        }
    }

    @Test("What the system refuses to read is an error with its number, each time")
    func refused() throws {
        let scratch = try ScratchFolder()
        let folder = open(scratch.path, O_RDONLY | O_CLOEXEC)
        defer { close(folder) }
        let readers: [(any ByteReader, Int32)] = [
            (PlainBytes(descriptor: -1, offset: 0), EBADF),
            (StreamBytes(descriptor: -1), EBADF),
            (GzipBytes(descriptor: -1), EBADF),
            (ZstdBytes(descriptor: -1), EBADF),
            (PlainBytes(descriptor: folder, offset: 0), EISDIR),
            (ZstdBytes(descriptor: folder), EISDIR),
        ]
        for (reader, code) in readers {
            for _ in 1...2 {
                let error = #expect(throws: ReadError.self) { try read(reader, 5) }
                #expect(error?.code == code)
            }
        }
    }
}
