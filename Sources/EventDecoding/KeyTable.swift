/// Finds what a key means by its length and bytes: open addressing over three words a key.
///
/// Reads whole words, so up to 24 bytes after a key must be readable.
final class KeyTable {
    /// What is known of a key.
    enum Meaning {
        /// A key that the format does not know.
        static let unknown: UInt8 = 0xff
        /// The key of prompts or other content, and no native field.
        static let content: UInt8 = 0xfe
    }

    private struct Entry {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        var length = 0
        var meaning = Meaning.unknown
    }

    /// Content besides `arguments`, which is a native field.
    static let contentKeys = ["prompt", "messages", "content", "completion", "input", "output"]

    private static let size = 128
    private let entries: UnsafeMutablePointer<Entry>

    init() {
        entries = .allocate(capacity: Self.size)
        entries.initialize(repeating: Entry(), count: Self.size)
        for field in NativeField.allCases { insert(field.key, field.rawValue) }
        for key in Self.contentKeys { insert(key, Meaning.content) }
    }

    deinit { entries.deallocate() }

    /// The raw value of the key's `NativeField`, or one of `Meaning`.
    func meaning(of key: UnsafeRawPointer, length: Int) -> UInt8 {
        guard length <= 24, length > 0 else { return Meaning.unknown }
        let first = Self.word(key, at: 0, length)
        var slot = Self.slot(first, length)
        while entries[slot].length != 0 {
            if entries[slot].first == first, entries[slot].length == length,
                length <= 8
                    || (entries[slot].second == Self.word(key, at: 8, length)
                        && entries[slot].third == Self.word(key, at: 16, length))
            {
                return entries[slot].meaning
            }
            slot = (slot + 1) & (Self.size - 1)
        }
        return Meaning.unknown
    }

    /// Whether the value under this key is content.
    func isContent(_ key: UnsafeRawPointer, length: Int) -> Bool {
        Self.isContent(meaning(of: key, length: length))
    }

    /// Whether this meaning is that of a content key.
    static func isContent(_ meaning: UInt8) -> Bool {
        meaning == Meaning.content || meaning == NativeField.arguments.rawValue
    }

    private func insert(_ key: String, _ meaning: UInt8) {
        var bytes = Array(key.utf8)
        let length = bytes.count
        precondition(length <= 24)
        bytes.append(contentsOf: repeatElement(0, count: 24))
        bytes.withUnsafeBytes { bytes in
            // `bytes` is not empty, so it has a base address.
            let start = bytes.baseAddress.unsafelyUnwrapped
            let first = Self.word(start, at: 0, length)
            var slot = Self.slot(first, length)
            while entries[slot].length != 0 { slot = (slot + 1) & (Self.size - 1) }
            entries[slot] = Entry(
                first: first,
                second: Self.word(start, at: 8, length),
                third: Self.word(start, at: 16, length),
                length: length,
                meaning: meaning
            )
        }
    }

    private static func slot(_ first: UInt64, _ length: Int) -> Int {
        let mixed = (first ^ UInt64(length) &* 0x9e37_79b9_7f4a_7c15) &* 0xff51_afd7_ed55_8ccd
        return Int(mixed >> 57)
    }

    /// Eight bytes of a key from a position on, those after its end as 0.
    private static func word(_ key: UnsafeRawPointer, at position: Int, _ length: Int) -> UInt64 {
        let rest = length - position
        guard rest > 0 else { return 0 }
        let word = UInt64(
            littleEndian: key.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        )
        return rest >= 8 ? word : word & ((1 << UInt64(rest * 8)) - 1)
    }
}
