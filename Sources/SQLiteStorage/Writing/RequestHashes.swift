import AgentEvents
import GRDB

/// The hashes of request ids that the writer knows by heart, with their keys.
///
/// All that the index does not hold yet, and of the others those that went through here lately. A
/// table with open addressing; a hash may be there several times.
struct RequestHashes: Sendable {
    /// The ids that are not indexed yet.
    private(set) var unindexed: [Entry] = []
    /// Whether every stored id is here.
    private(set) var isComplete: Bool
    /// The key and the hash in one word, 0 for a free slot; as many slots as a power of two.
    private var slots = [UInt64](repeating: 0, count: 1 << 10)
    private var count = 0

    struct Entry: Sendable {
        /// What the index holds of it.
        var hash: Int32
        var key: UInt32
    }

    /// The number of ids above which those that are indexed are forgotten; 16 to 32 bytes each.
    private static let maxIDs = 3_000_000

    /// Reads the ids that are not indexed yet.
    init(_ db: Database) throws {
        let through = try RequestIndexes.through(db)
        isComplete = through == 0
        try db.forEachStep("SELECT id, request_id FROM request_ids WHERE id > ?", [through]) {
            let hash = SipHash.hash($0.bytes(1))
            add(Int32(truncatingIfNeeded: hash), key: UInt32(truncatingIfNeeded: $0.int64(0)))
        }
    }

    /// Takes an id that has just been stored.
    mutating func add(_ hash: Int32, key: UInt32) {
        unindexed.append(Entry(hash: hash, key: key))
        insert(hash, key: key)
    }

    /// The keys of the ids with a hash, newest last.
    func keys(of hash: Int32) -> [UInt32] {
        var keys: [UInt32] = []
        var slot = place(hash)
        while slots[slot] != 0 {
            if Int32(truncatingIfNeeded: slots[slot] >> 32) == hash {
                keys.append(UInt32(truncatingIfNeeded: slots[slot]))
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return keys
    }

    /// Notes that all ids are indexed, and forgets them unless a bulk load goes on, which saves itself
    /// the lookups of its new ids.
    mutating func noteIndexed(inBulk: Bool) {
        unindexed = []
        guard !inBulk || count > Self.maxIDs else { return }
        slots = [UInt64](repeating: 0, count: 1 << 10)
        count = 0
        isComplete = false
    }

    private func place(_ hash: Int32) -> Int {
        // Fibonacci hashing: the index is in the order of the hashes, and runs of them come together.
        Int(truncatingIfNeeded: UInt64(UInt32(bitPattern: hash)) &* 0x9e37_79b9_7f4a_7c15 >> 20)
            & (slots.count - 1)
    }

    private mutating func insert(_ hash: Int32, key: UInt32) {
        if count * 2 >= slots.count { grow() }
        var slot = place(hash)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt64(UInt32(bitPattern: hash)) << 32 | UInt64(key)
        count += 1
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        count = 0
        for word in old where word != 0 {
            insert(Int32(truncatingIfNeeded: word >> 32), key: UInt32(truncatingIfNeeded: word))
        }
    }
}
