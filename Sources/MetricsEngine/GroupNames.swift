import AgentEvents
import EventStorage
import Rollups

/// Turns the codes of keys back into what people read, and orders them.
struct GroupNames {
    private let by: [Dimension]
    private let snapshot: any StoreSnapshot

    init(by: [Dimension], snapshot: any StoreSnapshot) {
        self.by = by
        self.snapshot = snapshot
    }

    /// The key of a group.
    func key(_ codes: [Int64]) throws -> [KeyValue] {
        try zip(by, codes).map { try value($0, $1) }
    }

    /// The groups in the order of their keys.
    ///
    /// The names of one dimension are in memory at a time.
    func sorted(_ keys: GroupKeys) throws -> [Int32] {
        var order = (0..<Int32(keys.count)).map { $0 }
        guard !by.isEmpty else { return order }
        let ranks = try by.indices.map { try self.ranks(at: $0, keys) }
        let places = order.map { group in
            // Every code has a rank.
            zip(ranks, keys.codes(of: Int(group))).map { $0[$1] ?? 0 }
        }
        order.sort { places[Int($0)].lexicographicallyPrecedes(places[Int($1)]) }
        return order
    }

    /// The place of each code of a dimension among all of its codes.
    private func ranks(at place: Int, _ keys: GroupKeys) throws -> [Int64: Int32] {
        let values = try keys.codes(at: place).map { (code: $0, value: try value(by[place], $0)) }
        let sorted = values.sorted { Self.precedes($0.value, $1.value) }
        var ranks: [Int64: Int32] = [:]
        ranks.reserveCapacity(sorted.count)
        for (rank, entry) in sorted.enumerated() { ranks[entry.code] = Int32(rank) }
        return ranks
    }

    /// Names by their bytes, whatever the language; moments by time; `none` last.
    private static func precedes(_ left: KeyValue, _ right: KeyValue) -> Bool {
        switch (left, right) {
        case (.name(let one), .name(let other)): one.utf8.lexicographicallyPrecedes(other.utf8)
        case (.moment(let one), .moment(let other)): one < other
        case (.none, _): false
        case (_, .none): true
        case (.rest, _), (_, .rest): false  // no group of the store
        case (.moment, .name): true
        case (.name, .moment): false
        }
    }

    private func value(_ dimension: Dimension, _ code: Int64) throws -> KeyValue {
        if dimension.isTime { return .moment(Timestamp(micros: code)) }
        return try name(dimension, code).map(KeyValue.name) ?? .none
    }

    private func name(_ dimension: Dimension, _ code: Int64) throws -> String? {
        switch dimension {
        case .error: ErrorClass.allCases.first { $0.rawValue == code }?.name
        case .outcome: RequestOutcome.allCases.first { Int64($0.code) == code }?.name
        default:
            code == Int64(CellKey.otherName.rawValue)
                ? "(other)" : try snapshot.name(NameIndex(rawValue: UInt32(code)))
        }
    }
}
