/// What a gzip file holds, all of its members one after another.
///
/// Zeros behind a member are padding, as for gzip itself. Memory is bounded: one input buffer and
/// zlib's window of 32 KiB.
package final class GzipBytes: ByteReader {
    private enum Place {
        /// Before a member, or at the end.
        case betweenMembers
        case insideMember
    }

    private let input: ArchiveInput
    private let decoder = ZlibStream()
    private var place = Place.betweenMembers
    private var isFirstMember = true
    /// What ended the reading; every further call throws it.
    private var failure: ArchiveError?

    /// Reads a file from its start; the descriptor stays the caller's, who closes it.
    package convenience init(descriptor: Int32) {
        self.init(PlainBytes(descriptor: descriptor, offset: 0))
    }

    /// `source`: the archive from its first byte on.
    init(_ source: any ByteReader) {
        input = ArchiveInput(source)
        guard !decoder.hasStarted else { return }
        failure = .unsupported(
            reason: "zlib does not start (code \(decoder.startCode))",
            advice: "free some memory, or install zlib anew"
        )
    }

    /// Reads up to `buffer.count` bytes of content; 0 at the end of the archive.
    ///
    /// - Throws: `ReadError`; `ArchiveError` when all content before the place is handed out, and
    ///   from then on each time.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if let failure { throw failure }
        do {
            while buffer.count > 0 {
                if place == .betweenMembers, try !findMember() { return 0 }
                let count = try inflate(into: buffer)
                if count > 0 { return count }
            }
            return 0
        } catch let error as ArchiveError {
            failure = error
            throw error
        }
    }

    /// Goes to the start of the next member, past padding; false at the end of the archive.
    private func findMember() throws -> Bool {
        while try input.fill() {
            guard let first = input.unread.first else { return false }
            if first == 0, !isFirstMember {
                input.take(input.unread.prefix { $0 == 0 }.count)
                continue
            }
            guard isFirstMember || first == 0x1F else {
                throw ArchiveError.corrupt(
                    reason: "something else follows the archive at byte \(input.offset)"
                )
            }
            place = .insideMember
            isFirstMember = false
            return true
        }
        return false
    }

    /// Decodes some of a member; 0 where it ends or more input is needed.
    private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        // At the end of the file too: zlib may hold back what did not fit into the last buffer.
        let isCut = try !input.fill()
        let unread = input.unread
        let (read, count, state) = decoder.inflate(unread, into: buffer)
        input.take(read)
        switch state {
        case .betweenMembers: place = .betweenMembers
        case .insideMember:
            if isCut, count == 0 { throw ArchiveError.cut(at: input.offset) }
        case .corrupt(let reason):
            let error = ArchiveError.corrupt(reason: "\(reason), before byte \(input.offset)")
            guard count > 0 else { throw error }
            failure = error
        }
        return count
    }
}
