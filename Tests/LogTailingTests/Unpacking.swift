import Foundation
import LogTailing

/// What a reader gave, and the error that it ended with.
struct Unpacked {
    /// Compared with `matches` and `isStart`, since a failure prints all that `==` compares.
    var content: [UInt8] = []
    var error: (any Error)?

    var archiveError: ArchiveError? { error as? ArchiveError }

    /// Whether the content is this and nothing else.
    func matches(_ expected: [UInt8]) -> Bool { content == expected }

    /// Whether the content is the beginning of this.
    func isStart(of expected: [UInt8]) -> Bool { expected.starts(with: content) }

    /// Whether the archive was cut, where nobody asks at which byte.
    var isCut: Bool {
        if case .cut = archiveError { true } else { false }
    }

    var isCorrupt: Bool {
        if case .corrupt = archiveError { true } else { false }
    }

    /// Reads to the end or to an error, `room` bytes a call.
    init(_ reader: any ByteReader, room: Int = 1 << 16) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
        defer { buffer.deallocate() }
        do {
            while true {
                let count = try reader.read(into: buffer)
                guard count > 0 else { return }
                content += buffer[..<count]
            }
        } catch { self.error = error }
    }

    /// Unpacks an archive that lies in memory.
    static func archive(
        _ bytes: [UInt8],
        _ compression: Compression,
        room: Int = 1 << 16
    ) throws -> Unpacked {
        let scratch = try ScratchFolder()
        try scratch.write(bytes, to: "archive")
        return try scratch.reading("archive") { Unpacked(compression.reader($0), room: room) }
    }
}

extension Compression {
    func reader(_ descriptor: Int32) -> any ByteReader {
        switch self {
        case .gzip: GzipBytes(descriptor: descriptor)
        case .zstd: ZstdBytes(descriptor: descriptor)
        }
    }
}

/// A program that packs its standard input.
enum Packer {
    struct Failure: Error {
        var command: [String]
        var code: Int32
    }

    /// What the program makes of the content; it sees a pipe or file of unknown name.
    static func pack(_ content: [UInt8], _ command: String...) throws -> [UInt8] {
        let scratch = try ScratchFolder()
        try scratch.write(content, to: "content")
        try scratch.write([], to: "packed")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // Through `cat`, so that the packer does not know how long the content is.
        let script = "cat \"$0\" | \"$@\""
        process.arguments = ["-c", script, scratch.path("content")] + command
        let output = try FileHandle(
            forWritingTo: URL(fileURLWithPath: scratch.path("packed"))
        )
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        try output.close()
        guard process.terminationStatus == 0 else {
            throw Failure(command: command, code: process.terminationStatus)
        }
        return Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path("packed"))))
    }
}

/// Bytes for tests.
enum SampleBytes {
    /// Lines as logs have them: they pack well, but not to nothing.
    static func log(lines: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        var bytes: [UInt8] = []
        for line in 0..<lines {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes += Array("{\"line\":\(line),\"id\":\"\(state >> 20)\",\"kind\":\"llm\"}\n".utf8)
        }
        return bytes
    }

    /// Bytes that do not pack.
    static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }
}
