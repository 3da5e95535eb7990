/// A set of keys of requests.
///
/// Keys that are counted from 1 are bits, in pages of 4,096, so that they take an eighth of a byte for each request
/// that a store ever had, however many are in the set. Stores whose keys are hashes have one of their own for each
/// request; so does a damaged key.
package struct RequestKeySet: Sendable, Equatable {
    private var pages: [Int64: [UInt64]] = [:]
    private var hashes: Set<Int64> = []
    /// A counted key is less.
    private static let maxCounted: Int64 = 1 << 40

    private static let wordsAPage = 64

    package init() {}

    /// Adds a key.
    package mutating func insert(_ key: Int64) {
        guard Self.isCounted(key) else {
            hashes.insert(key)
            return
        }
        let empty = [UInt64](repeating: 0, count: Self.wordsAPage)
        pages[key >> 12, default: empty][Self.word(key)] |= Self.bit(key)
    }

    /// Whether a key was added.
    package func contains(_ key: Int64) -> Bool {
        guard Self.isCounted(key) else { return hashes.contains(key) }
        return pages[key >> 12].map { $0[Self.word(key)] & Self.bit(key) != 0 } ?? false
    }

    /// Keeps the keys that are in another set, too.
    package mutating func formIntersection(_ other: RequestKeySet) {
        for (number, page) in pages {
            pages[number] = other.pages[number].map { zip(page, $0).map(&) }
        }
        hashes.formIntersection(other.hashes)
    }

    /// Adds the keys of another set.
    package mutating func formUnion(_ other: RequestKeySet) {
        pages.merge(other.pages) { zip($0, $1).map(|) }
        hashes.formUnion(other.hashes)
    }

    private static func isCounted(_ key: Int64) -> Bool { 0..<maxCounted ~= key }

    private static func word(_ key: Int64) -> Int { Int(key >> 6 & 63) }

    private static func bit(_ key: Int64) -> UInt64 { 1 << UInt64(key & 63) }
}
