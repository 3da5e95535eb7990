import CZstd

/// What a zstd file holds, all of its frames one after another; skippable frames are passed over.
///
/// Memory is bounded: one input buffer and the window of the frame, at most 128 MiB, which is what
/// `zstd` itself unpacks without being told to.
package final class ZstdBytes: ByteReader {
    /// Frames with a window above 2 to this power are refused.
    private static let maxWindowLog: Int32 = 27
    /// How long the header of a block is, in bytes.
    private static let blockHeader = 3

    private let input: ArchiveInput
    private let decoder: OpaquePointer?
    /// How many bytes zstd gets at most: one block, or the start of a block or frame.
    ///
    /// A call that fails hands out nothing of what it has decoded before it failed, so no call is
    /// given more than one thing to decode.
    private var wanted: Int
    private let wantedAtStart: Int
    private var isInsideFrame = false
    /// What ended the reading; every further call throws it.
    private var failure: ArchiveError?

    /// Reads a file from its start; the descriptor stays the caller's, who closes it.
    package convenience init(descriptor: Int32) {
        self.init(PlainBytes(descriptor: descriptor, offset: 0))
    }

    /// `source`: the archive from its first byte on.
    init(_ source: any ByteReader) {
        input = ArchiveInput(source)
        decoder = ZSTD_createDStream()
        wantedAtStart = decoder.map { ZSTD_initDStream($0) } ?? 1
        wanted = wantedAtStart
        guard let decoder else {
            failure = .unsupported(
                reason: "zstd does not start",
                advice: "free some memory, or install libzstd anew"
            )
            return
        }
        ZSTD_DCtx_setParameter(decoder, ZSTD_d_windowLogMax, Self.maxWindowLog)
    }

    deinit { ZSTD_freeDStream(decoder) }

    /// Reads up to `buffer.count` bytes of content; 0 at the end of the archive.
    ///
    /// - Throws: `ReadError`; `ArchiveError` when all content before the place is handed out, and
    ///   from then on each time.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if let failure { throw failure }
        do {
            while buffer.count > 0 {
                let hasInput = try input.fill()
                if !hasInput, !isInsideFrame { return 0 }
                let count = try decompress(into: buffer)
                if count > 0 { return count }
                // With nothing to decode, nothing was held back either.
                if !hasInput { throw ArchiveError.cut(at: input.offset) }
            }
            return 0
        } catch let error as ArchiveError {
            failure = error
            throw error
        }
    }

    /// Decodes at most one block; 0 where it gives no content or more input is needed.
    private func decompress(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let unread = UnsafeRawBufferPointer(rebasing: input.unread.prefix(wanted))
        var source = ZSTD_inBuffer(src: unread.baseAddress, size: unread.count, pos: 0)
        var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        let code = ZSTD_decompressStream(decoder, &target, &source)
        guard ZSTD_isError(code) == 0 else { throw error(code) }
        input.take(source.pos)
        isInsideFrame = code != 0
        wanted = isInsideFrame ? Self.withoutNextHeader(code) : wantedAtStart
        return target.pos
    }

    /// What zstd asks for is a block and the header of the next one, which could be damaged.
    private static func withoutNextHeader(_ count: Int) -> Int {
        count > blockHeader ? count - blockHeader : count
    }

    private func error(_ code: Int) -> ArchiveError {
        let reason = "\(String(cString: ZSTD_getErrorName(code))), at byte \(input.offset)"
        return switch ZSTD_getErrorCode(code) {
        case ZSTD_error_frameParameter_windowTooLarge:
            .unsupported(
                reason: "it was compressed with a window above 128 MiB",
                advice: "compress it again with --long=27 or less"
            )
        case ZSTD_error_dictionary_wrong:
            .unsupported(
                reason: "it was compressed with a dictionary",
                advice: "compress it again without one"
            )
        default: .corrupt(reason: reason)
        }
    }
}
