import AgentEvents
import Testing

struct ByteInternerTests {
    private func intern(
        _ text: String,
        _ interner: inout ByteInterner,
        prefix: UInt8? = nil
    ) -> UInt32 {
        Array(text.utf8).withUnsafeBytes { interner.intern($0, prefix: prefix) }
    }

    @Test("Equal strings have one number, others another, in the order of first sight")
    func numbers() {
        var interner = ByteInterner()
        for round in 0..<2 {
            for number in 0..<5_000 {
                #expect(intern("name \(number)", &interner) == UInt32(number + 1), "round \(round)")
            }
        }
        #expect(interner.count == 5_000)
        #expect(String(decoding: interner[4_000], as: UTF8.self) == "name 3999")
    }

    @Test("The empty string and a string of NULs are strings like others")
    func edges() {
        var interner = ByteInterner()
        #expect(intern("", &interner) == 1)
        #expect(intern("\0", &interner) == 2)
        #expect(intern("\0\0", &interner) == 3)
        #expect(intern("", &interner) == 1)
    }

    @Test("A prefix keeps equal names of two kinds apart, and is the first byte")
    func prefix() {
        var interner = ByteInterner()
        #expect(intern("x", &interner, prefix: 1) == 1)
        #expect(intern("x", &interner, prefix: 2) == 2)
        #expect(intern("x", &interner, prefix: 1) == 1)
        #expect(Array(interner[2]) == [2, UInt8(ascii: "x")])
    }

    @Test("The hash is SipHash-1-3 under the zero key: it must never change, it is stored")
    func stableHash() {
        // From an independent implementation that gives the reference vector of SipHash-2-4.
        let values: [(String, UInt64)] = Self.vectors
        for (text, hash) in values {
            #expect(Array(text.utf8).withUnsafeBytes { SipHash.hash($0) } == hash, "\(text)")
        }
    }

    static let vectors: [(String, UInt64)] = [
        ("", 0xd1fb_a762_150c_532c),
        ("a", 0x4074_48d2_b89b_1813),
        ("1234567", 0xa33d_6515_94fd_ae81),
        ("12345678", 0x3489_9824_3056_0a87),
        ("req-0000001", 0xdec8_8c8f_6633_c805),
        ("3f2c1a7e-9d44-4f0e-8a61-1f5a2b7c9d10", 0x8983_0df7_884c_d081),
    ]
}
