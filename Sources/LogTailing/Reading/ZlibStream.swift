import CZlib

/// zlib's decoder, reading the members of a gzip file one after another.
///
/// Holds zlib's window of 32 KiB and nothing else.
package final class ZlibStream {
    /// What a step came to.
    package enum State: Equatable {
        /// The member goes on.
        case insideMember
        /// The member has ended and its checksum is right; another may follow.
        case betweenMembers
        /// What stands there is no gzip.
        case corrupt(reason: String)
    }

    /// Does not move: zlib keeps a pointer to it.
    private let decoder: UnsafeMutablePointer<z_stream>
    /// What zlib said when it was started; `Z_OK` where it can be used.
    package let startCode: Int32

    package init() {
        decoder = .allocate(capacity: 1)
        decoder.initialize(to: z_stream())
        // 15: the longest window there is; 16: gzip's header and trailer are expected and checked.
        let size = Int32(MemoryLayout<z_stream>.size)
        startCode = inflateInit2_(decoder, 15 + 16, ZLIB_VERSION, size)
    }

    deinit {
        inflateEnd(decoder)
        decoder.deallocate()
    }

    package var hasStarted: Bool { startCode == Z_OK }

    /// Decodes some of a member: until the input is used up, the output is full or the member ends.
    package func inflate(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> (read: Int, written: Int, state: State) {
        // zlib reads through this pointer and never writes.
        decoder.pointee.next_in = UnsafeMutablePointer(
            mutating: input.bindMemory(to: UInt8.self).baseAddress
        )
        decoder.pointee.avail_in = UInt32(input.count)
        decoder.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        let room = UInt32(clamping: output.count)
        decoder.pointee.avail_out = room
        let code = CZlib.inflate(decoder, Z_NO_FLUSH)
        let read = input.count - Int(decoder.pointee.avail_in)
        let written = Int(room - decoder.pointee.avail_out)
        switch code {
        case Z_STREAM_END:
            inflateReset(decoder)
            return (read, written, .betweenMembers)
        case Z_OK, Z_BUF_ERROR: return (read, written, .insideMember)
        default:
            let reason = decoder.pointee.msg.map { String(cString: $0) } ?? "code \(code)"
            return (read, written, .corrupt(reason: reason))
        }
    }
}
