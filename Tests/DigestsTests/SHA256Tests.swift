import Digests
import Testing

/// Hashes against the examples of those who defined them.
struct SHA256Tests {
    @Test(
        "The examples of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ]
    )
    func examples(text: String, digest: String) {
        #expect(SHA256.hash(Array(text.utf8)).hexadecimal == digest)
    }

    @Test("Pieces of any length hash as the whole", arguments: [1, 7, 63, 64, 65, 999])
    func pieces(length: Int) {
        let bytes = (0..<1_000).map { UInt8($0 % 251) }
        var hash = SHA256()
        for start in stride(from: 0, to: bytes.count, by: length) {
            bytes[start..<min(start + length, bytes.count)].withUnsafeBytes { hash.update($0) }
        }
        #expect(hash.finalize() == SHA256.hash(bytes))
    }

    /// Test cases 1, 2 and 6 of RFC 4231.
    @Test(
        "The examples of RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131),
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ]
    )
    func codes(key: [UInt8], message: String, code: String) {
        let found = SHA256.authenticationCode(for: Array(message.utf8), key: key)
        #expect(found.hexadecimal == code)
    }

    @Test("An empty key and an empty message have a code as well")
    func emptyCode() {
        let empty = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        #expect(SHA256.authenticationCode(for: [], key: []).hexadecimal == empty)
    }
}
