import Foundation
import Pipeline
import Testing

@testable import DashboardServer

/// Bodies that Python's `gzip` module has packed.
struct GzipInflaterTests {
    /// One line, `{"a": 1}`.
    private static let small = Array(
        Data(base64Encoded: "H4sIAAAAAAACA6tWSlSyUjCs5QIA+qFHXAkAAAA=") ?? Data()
    )
    /// The line `{"b": 2}` 20,000 times.
    private static let large = Array(
        Data(
            base64Encoded: """
                H4sIAAAAAAACA+3GMQ0AMAgAsH8qCBJ2Imc2CN7RsaS92vmy4s5pERERERERERERERERERERERER
                ERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERER
                ERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERER
                ERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERER
                ERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERER
                ERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERERER
                ERERERERERERERERERERERERERERERERERERERERERERERERERERERERERER+SELBQJgZSC/AgA=
                """,
            options: .ignoreUnknownCharacters
        ) ?? Data()
    )

    private static func unpacked(_ bytes: [UInt8], step: Int, max: Int = 1 << 20) throws -> [UInt8]
    {
        let inflater = GzipInflater(maxBytes: max)
        for start in stride(from: 0, to: bytes.count, by: step) {
            try bytes[start..<min(start + step, bytes.count)].withUnsafeBytes {
                try inflater.append($0) { _ in }
            }
        }
        try inflater.finish()
        var all: [UInt8] = []
        inflater.content.forEachPiece { all += $0 }
        #expect(all.count == inflater.content.count)
        #expect(all.count { $0 == 0x0a } == inflater.content.lineFeeds)
        return all
    }

    @Test("Members one after another, in pieces of any size", arguments: [1, 7, 64, 100_000])
    func members(step: Int) throws {
        let text = try Self.unpacked(Self.small + Self.large + Self.small, step: step)
        let line = Array("{\"b\": 2}\n".utf8)
        let lines = Array(repeatElement(line, count: 20_000).joined())
        #expect(text == Array("{\"a\": 1}\n".utf8) + lines + Array("{\"a\": 1}\n".utf8))
    }

    @Test("Nothing is an empty body")
    func empty() throws { #expect(try Self.unpacked([], step: 1).isEmpty) }

    @Test("A cut or damaged member, and what follows one", arguments: [1, 1_000])
    func damaged(step: Int) {
        var wrongSum = Self.small
        wrongSum[wrongSum.count - 5] ^= 1
        let bodies = [
            Array(Self.small.dropLast()), Array(Self.large.prefix(100)), wrongSum,
            Self.small + [0x41], Array("plain text".utf8),
        ]
        for body in bodies {
            #expect(throws: GzipInflater.Problem.corrupt) { try Self.unpacked(body, step: step) }
        }
    }

    @Test("No more comes out than is allowed, to the byte")
    func limit() throws {
        #expect(try Self.unpacked(Self.large, step: 50, max: 180_000).count == 180_000)
        #expect(throws: GzipInflater.Problem.tooLong) {
            try Self.unpacked(Self.large, step: 50, max: 179_999)
        }
    }

    @Test("Memory is asked for before it is taken, a chunk at a time")
    func reservation() throws {
        let inflater = GzipInflater(maxBytes: 1 << 20)
        var asked: [Int] = []
        try Self.large.withUnsafeBytes { bytes in
            try inflater.append(bytes) { count in
                #expect(count >= inflater.content.count)
                asked.append(count)
            }
        }
        #expect(asked == asked.sorted() && (asked.last ?? 0) >= 180_000)  // at least one was asked
        #expect(zip(asked, asked.dropFirst()).allSatisfy { $1 - $0 <= 64 << 10 })
    }
}
