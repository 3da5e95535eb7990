/// A set of keys of requests as bits, in pages of 4,096.
///
/// Keys are counted from 1, so that it takes an eighth of a byte for each request that a store ever had,
/// however many are in it; a damaged key costs one page.
package struct RequestKeySet: Sendable, Equatable {
    private var pages: [Int64: [UInt64]] = [:]

    private static let wordsAPage = 64

    package init() {}

    /// Adds a key.
    package mutating func insert(_ key: Int64) {
        let empty = [UInt64](repeating: 0, count: Self.wordsAPage)
        pages[key >> 12, default: empty][Self.word(key)] |= Self.bit(key)
    }

    /// Whether a key was added.
    package func contains(_ key: Int64) -> Bool {
        pages[key >> 12].map { $0[Self.word(key)] & Self.bit(key) != 0 } ?? false
    }

    /// Keeps the keys that are in another set, too.
    package mutating func formIntersection(_ other: RequestKeySet) {
        for (number, page) in pages {
            pages[number] = other.pages[number].map { zip(page, $0).map(&) }
        }
    }

    private static func word(_ key: Int64) -> Int { Int(key >> 6 & 63) }

    private static func bit(_ key: Int64) -> UInt64 { 1 << UInt64(key & 63) }
}
