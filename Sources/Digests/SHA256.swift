import AgentEvents
import CLibcrypto

/// SHA-256 of bytes that come in pieces, as FIPS 180-4 defines it.
package struct SHA256: ~Copyable {
    /// The 32 bytes of a hash, in the order in which they are written down.
    package typealias Digest = SIMD32<UInt8>

    /// Looked up once, which costs more than hashing a short text does.
    ///
    /// Never changed after that.
    nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

    private let context: OpaquePointer

    /// Of no bytes yet.
    package init() {
        context = EVP_MD_CTX_new()
        // This fails where memory is at an end, or where libcrypto was built without SHA-256.
        let hasBegun = EVP_DigestInit_ex2(context, Self.algorithm, nil)
        precondition(hasBegun == 1, "libcrypto offers no SHA-256")
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the bytes that follow.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let hasTaken = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(hasTaken == 1)
    }

    /// The hash of all bytes so far.
    package consuming func finalize() -> Digest {
        var digest = Digest()
        withUnsafeMutableBytes(of: &digest) { bytes in
            let start = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            let isDone = EVP_DigestFinal_ex(context, start, nil)
            precondition(isDone == 1)
        }
        return digest
    }

    /// The hash of bytes that are all at hand.
    package static func hash(_ bytes: [UInt8]) -> Digest {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        return hash.finalize()
    }

    /// The HMAC of a message under a key, as RFC 2104 defines it.
    package static func authenticationCode(for message: [UInt8], key: [UInt8]) -> Digest {
        var code = Digest()
        withUnsafeMutableBytes(of: &code) { bytes in
            let start = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            let count = Int32(key.count)
            let code = HMAC(EVP_sha256(), key, count, message, message.count, start, nil)
            precondition(code != nil)
        }
        return code
    }
}

extension SHA256.Digest {
    /// The bytes as an array.
    package var bytes: [UInt8] { indices.map { self[$0] } }

    /// Lower-case hexadecimal digits, two a byte.
    package var hexadecimal: String {
        Hexadecimal.text(bytes)
    }
}
