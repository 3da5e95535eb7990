import CZlib

/// Packs what is sent to a server.
enum GzipPacking {
    /// As quickly as zlib can, since what goes over a network is sent faster than it is packed any better.
    static func packed(_ bytes: [UInt8]) -> [UInt8] {
        // Does not move: zlib keeps a pointer to it.
        let encoder = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        encoder.initialize(to: z_stream())
        defer { encoder.deallocate() }
        // 15: the longest window there is; 16: with gzip's header and trailer; 8: zlib's default memory.
        let size = Int32(MemoryLayout<z_stream>.size)
        let begun = deflateInit2_(
            encoder,
            Z_BEST_SPEED,
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            size
        )
        precondition(begun == Z_OK, "zlib has no memory")
        defer { deflateEnd(encoder) }
        let room = Int(deflateBound(encoder, UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            bytes.withUnsafeBufferPointer { input in
                // zlib reads the input and does not change it.
                encoder.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                encoder.pointee.avail_in = UInt32(input.count)
                encoder.pointee.next_out = output.baseAddress
                encoder.pointee.avail_out = UInt32(room)
                precondition(deflate(encoder, Z_FINISH) == Z_STREAM_END, "there was room for it")
            }
            count = room - Int(encoder.pointee.avail_out)
        }
    }
}
