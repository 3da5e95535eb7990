import Crypto

/// SHA-256 of bytes, in the forms that stored events need.
struct ByteDigest {
    private let digest: SHA256.Digest

    init(_ bytes: UnsafeRawBufferPointer) {
        var hasher = SHA256()
        hasher.update(bufferPointer: bytes)
        digest = hasher.finalize()
    }

    /// The first eight bytes, big-endian; `Int64.min`, which stands for nothing in storage, becomes
    /// its neighbour.
    var leading: Int64 {
        var word: UInt64 = 0
        digest.withUnsafeBytes { bytes in
            for byte in bytes.prefix(8) { word = word << 8 | UInt64(byte) }
        }
        return max(Int64(bitPattern: word), Int64.min + 1)
    }

    /// Appends the first bytes as lower-case hexadecimal digits.
    func appendHex(bytes count: Int, to output: inout [UInt8]) {
        digest.withUnsafeBytes { bytes in
            for byte in bytes.prefix(count) {
                output.append(JSONString.hexDigit(byte >> 4))
                output.append(JSONString.hexDigit(byte & 15))
            }
        }
    }
}
