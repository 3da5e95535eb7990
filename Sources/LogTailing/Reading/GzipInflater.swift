import CZlib

/// Unpacks gzip as it arrives, all members one after another, up to a limit.
package final class GzipInflater {
    /// Why a body cannot be unpacked.
    package enum Problem: Error, Sendable {
        /// It is no gzip, or is damaged.
        case corrupt
        /// It holds more than is allowed.
        case tooLong
    }

    private let maxBytes: Int
    /// Does not move: zlib keeps a pointer to it.
    private let decoder: UnsafeMutablePointer<z_stream>
    private var isReady: Bool
    /// Whether a member has begun that is not at its end.
    private var isInMember = false
    /// What is unpacked so far.
    package private(set) var content = PostedBytes()

    /// `maxBytes`: how many bytes may come out.
    package init(maxBytes: Int) {
        self.maxBytes = maxBytes
        decoder = .allocate(capacity: 1)
        decoder.initialize(to: z_stream())
        // 15: the longest window there is; 16: gzip's header and trailer are expected and checked.
        isReady =
            inflateInit2_(decoder, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            == Z_OK
    }

    deinit {
        inflateEnd(decoder)
        decoder.deallocate()
    }

    /// Unpacks the bytes that follow.
    ///
    /// `willHold`: told how many bytes `content` may have after the next step, before memory is taken
    /// for them; what it throws ends the unpacking.
    ///
    /// - Throws: `Problem`, and what `willHold` throws.
    package func append(
        _ bytes: UnsafeRawBufferPointer,
        willHold: (Int) throws -> Void
    ) throws {
        guard isReady else { throw Problem.corrupt }
        // zlib reads through this pointer and never writes.
        decoder.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.bindMemory(to: UInt8.self).baseAddress
        )
        decoder.pointee.avail_in = UInt32(bytes.count)
        var hasMore = true
        while decoder.pointee.avail_in > 0 || (hasMore && isInMember) {
            try willHold(content.count + Self.chunk)
            hasMore = try inflateSome()
        }
    }

    /// Ends the body.
    ///
    /// - Throws: `Problem.corrupt` where a member is cut.
    package func finish() throws {
        if isInMember { throw Problem.corrupt }
    }

    private static let chunk = 64 << 10

    /// Unpacks up to a chunk; whether the chunk was filled, so that there may be more.
    private func inflateSome() throws -> Bool {
        isInMember = true
        var code = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
            decoder.pointee.next_out = buffer.baseAddress
            decoder.pointee.avail_out = UInt32(Self.chunk)
            code = CZlib.inflate(decoder, Z_NO_FLUSH)
            count = Self.chunk - Int(decoder.pointee.avail_out)
        }
        guard content.count + output.count <= maxBytes else { throw Problem.tooLong }
        output.withUnsafeBytes { content.append($0) }
        if code == Z_STREAM_END {
            isInMember = false
            inflateReset(decoder)
        } else if code != Z_OK, code != Z_BUF_ERROR {
            throw Problem.corrupt
        }
        return output.count == Self.chunk
    }
}
