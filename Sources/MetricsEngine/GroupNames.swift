import AgentEvents
import EventStorage
import Rollups

/// Turns the codes of keys back into what people read, and orders them.
struct GroupNames {
    private let by: [Dimension]
    private let snapshot: any StoreSnapshot
    private var known: [Dimension: [Int64: KeyValue]] = [:]

    init(by: [Dimension], snapshot: any StoreSnapshot) {
        self.by = by
        self.snapshot = snapshot
    }

    /// The key of a group.
    mutating func key(_ codes: [Int64]) throws -> [KeyValue] {
        var key: [KeyValue] = []
        for (dimension, code) in zip(by, codes) { key.append(try value(dimension, code)) }
        return key
    }

    /// Orders keys by their values from left to right.
    static func precedes(_ left: [KeyValue], _ right: [KeyValue]) -> Bool {
        for (one, other) in zip(left, right) {
            if precedes(one, other) { return true }
            if precedes(other, one) { return false }
        }
        return false
    }

    /// Names by their bytes, whatever the language; moments by time; `none` last.
    private static func precedes(_ left: KeyValue, _ right: KeyValue) -> Bool {
        switch (left, right) {
        case (.name(let one), .name(let other)): one.utf8.lexicographicallyPrecedes(other.utf8)
        case (.moment(let one), .moment(let other)): one < other
        case (.none, _): false
        case (_, .none): true
        case (.moment, .name): true
        case (.name, .moment): false
        }
    }

    private mutating func value(_ dimension: Dimension, _ code: Int64) throws -> KeyValue {
        if dimension.isTime { return .moment(Timestamp(micros: code)) }
        if let value = known[dimension]?[code] { return value }
        let value: KeyValue = if let name = try name(dimension, code) { .name(name) } else { .none }
        known[dimension, default: [:]][code] = value
        return value
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
