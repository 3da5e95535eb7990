import Foundation

/// The body of a post, in pieces, so that it is never copied as a whole while it grows.
package struct PostedBytes: Sendable {
    /// All but the last are full.
    private(set) var pieces: [[UInt8]] = []
    /// How many bytes there are.
    package private(set) var count = 0
    /// How many line feeds are among them.
    package private(set) var lineFeeds = 0

    static let pieceSize = 256 << 10

    package init() {}

    /// Takes the bytes that follow.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        lineFeeds += Self.lineFeeds(in: bytes)
        var rest = bytes
        while !rest.isEmpty {
            if pieces.last.map({ $0.count == Self.pieceSize }) ?? true { pieces.append([]) }
            let last = pieces.count - 1
            let part = rest.prefix(Self.pieceSize - pieces[last].count)
            pieces[last].append(contentsOf: part)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
        }
        count += bytes.count
    }

    private static func lineFeeds(in bytes: UnsafeRawBufferPointer) -> Int {
        guard var next = bytes.baseAddress else { return 0 }
        let end = next + bytes.count
        var count = 0
        while let found = memchr(next, 0x0A, end - next) {
            count += 1
            next = UnsafeRawPointer(found) + 1
        }
        return count
    }

    /// Hands over all bytes in their order.
    package func forEachPiece(_ body: (UnsafeRawBufferPointer) -> Void) {
        for piece in pieces { piece.withUnsafeBytes(body) }
    }

    /// Copies bytes from an offset on; gives how many there were.
    func copy(from offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard offset < count else { return 0 }
        let (index, start) = offset.quotientAndRemainder(dividingBy: Self.pieceSize)
        return pieces[index].withUnsafeBytes { piece in
            let part = UnsafeRawBufferPointer(rebasing: piece[start...].prefix(buffer.count))
            buffer.copyMemory(from: part)
            return part.count
        }
    }
}
