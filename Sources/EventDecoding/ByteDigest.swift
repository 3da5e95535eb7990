import Digests

/// SHA-256 of bytes, in the forms that stored events need.
struct ByteDigest {
    private let digest: SHA256.Digest

    init(_ bytes: UnsafeRawBufferPointer) {
        var hasher = SHA256()
        hasher.update(bytes)
        digest = hasher.finalize()
    }

    /// The first six bytes, big-endian, as a signed number: what SQLite stores in as many.
    ///
    /// Two different texts are equal in them once in 10^14 times, and only within one request does
    /// that matter.
    var leading: Int64 {
        var word: UInt64 = 0
        for index in 0..<6 { word = word << 8 | UInt64(digest[index]) }
        return Int64(bitPattern: word << 16) >> 16
    }

    /// Appends the first bytes as lower-case hexadecimal digits.
    func appendHex(bytes count: Int, to output: inout [UInt8]) {
        for index in 0..<count {
            output.append(JSONString.hexDigit(digest[index] >> 4))
            output.append(JSONString.hexDigit(digest[index] & 15))
        }
    }
}
