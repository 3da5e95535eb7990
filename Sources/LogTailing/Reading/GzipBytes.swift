import CZlib

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
    /// Does not move: zlib keeps a pointer to it.
    private let decoder: UnsafeMutablePointer<z_stream>
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
        decoder = .allocate(capacity: 1)
        decoder.initialize(to: z_stream())
        // 15: the longest window there is; 16: gzip's header and trailer are expected and checked.
        let code = inflateInit2_(
            decoder,
            15 + 16,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard code != Z_OK else { return }
        failure = .unsupported(
            reason: "zlib does not start (code \(code))",
            advice: "free some memory, or install zlib anew"
        )
    }

    deinit {
        inflateEnd(decoder)
        decoder.deallocate()
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
        // zlib reads through this pointer and never writes.
        decoder.pointee.next_in = UnsafeMutablePointer(
            mutating: unread.bindMemory(to: UInt8.self).baseAddress
        )
        decoder.pointee.avail_in = UInt32(unread.count)
        decoder.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
        let room = UInt32(clamping: buffer.count)
        decoder.pointee.avail_out = room
        let code = CZlib.inflate(decoder, Z_NO_FLUSH)
        input.take(unread.count - Int(decoder.pointee.avail_in))
        let count = Int(room - decoder.pointee.avail_out)
        if code == Z_STREAM_END {
            place = .betweenMembers
            inflateReset(decoder)
        } else if code != Z_OK, code != Z_BUF_ERROR {
            let error = ArchiveError.corrupt(reason: reason(code))
            guard count > 0 else { throw error }
            failure = error
        } else if isCut, count == 0 {
            throw ArchiveError.cut(at: input.offset)
        }
        return count
    }

    private func reason(_ code: Int32) -> String {
        let message = decoder.pointee.msg.map { String(cString: $0) } ?? "code \(code)"
        return "\(message), before byte \(input.offset)"
    }
}
