import AgentEvents
import Foundation
import LogTailing
import Testing

struct SourceRecognitionTests {
    private let folder = NSTemporaryDirectory() + "recognition-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func write(_ text: String, to name: String) throws -> String {
        let path = folder + "/" + name
        // In place, so that the inode stays.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        defer { close(descriptor) }
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        return path
    }

    private func withFacts<T>(_ path: String, _ body: (FileFacts) throws -> T) throws -> T {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        return try body(try FileFacts(descriptor: descriptor))
    }

    /// The file as a source that was read to an offset.
    private func known(_ path: String, readTo offset: Int64) throws -> SourcePosition {
        try withFacts(path) { file in
            let headLength = min(offset, FileFacts.markerLength)
            var position = SourcePosition(path: path)
            position.device = file.device
            position.inode = file.inode
            position.headLength = headLength
            position.headHash = try #require(try file.headHash(length: headLength))
            position.tailHash = try #require(try file.tailHash(before: offset))
            position.offset = offset
            return position
        }
    }

    private func decide(_ path: String, _ known: [SourcePosition]) throws -> SourceRecognition.Decision
    {
        try withFacts(path) { try SourceRecognition.decide(path: path, file: $0, known: known) }
    }

    @Test("A file of which nothing is known is new")
    func new() throws {
        let decision = try decide(try write("a\n", to: "a"), [])
        #expect(decision.offset == 0)
        #expect(decision.generation == 0)
    }

    @Test("A file that has grown goes on where it was read to")
    func grown() throws {
        let path = try write("one\ntwo\n", to: "a")
        let source = try known(path, readTo: 4)
        #expect(try decide(path, [source]).offset == 4)
    }

    @Test("A renamed file keeps its identity, and the new file at its path is a new generation")
    func renamed() throws {
        let path = try write("one\ntwo\n", to: "a")
        let source = try known(path, readTo: 8)
        #expect(rename(path, path + ".1") == 0)
        let old = try decide(path + ".1", [source])
        #expect(old.path == path)
        #expect(old.offset == 8)
        let fresh = try decide(try write("three\n", to: "a"), [source])
        #expect(fresh.generation == 1)
        #expect(fresh.offset == 0)
    }

    @Test("A truncated file is read from its start as a new generation")
    func truncated() throws {
        let path = try write("one\ntwo\n", to: "a")
        let source = try known(path, readTo: 8)
        _ = try write("x\n", to: "a")
        let decision = try decide(path, [source])
        #expect(decision.offset == 0)
        #expect(decision.generation == 1)
        #expect(decision.reason == "truncated")
    }

    @Test("A file truncated and regrown past the old offset is found by what stands before it")
    func regrown() throws {
        let head = String(repeating: "same head\n", count: 1_000)
        let path = try write(head + "one\n", to: "a")
        let source = try known(path, readTo: Int64(head.utf8.count + 4))
        _ = try write(head + "two\nthree\n", to: "a")
        let decision = try decide(path, [source])
        #expect(decision.offset == 0)
        #expect(decision.generation == 1)
    }

    @Test("Files with one beginning are told apart while both stand")
    func twins() throws {
        let first = try write("same\n", to: "a")
        let source = try known(first, readTo: 5)
        let second = try decide(try write("same\n", to: "b"), [source])
        #expect(second.offset == 0)
        #expect(second.path.hasSuffix("/b"))
    }

    @Test("A file copied back to its path under another inode goes on")
    func restored() throws {
        let path = try write("one\ntwo\n", to: "a")
        var source = try known(path, readTo: 4)
        source.inode += 1
        #expect(try decide(path, [source]).offset == 4)
    }
}
