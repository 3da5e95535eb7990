import AgentEvents
import EventStorage
import Rollups

/// Gives each combination of values of the asked dimensions a small number.
///
/// Works dimension by dimension: the number of the values so far and the next value make the next
/// number, so that one table of pairs a dimension holds keys of any length.
struct GroupKeys: Sendable {
    private let by: [Dimension]
    private let zone: ZoneOffsets
    private var numberings: [PairNumbering]
    private var selection = GroupSelection.first(.max)

    init(by: [Dimension], zone: ZoneOffsets) {
        self.by = by
        self.zone = zone
        numberings = by.map { _ in PairNumbering() }
    }

    /// How many groups there are; one where nothing is grouped by.
    var count: Int { numberings.last?.count ?? 1 }

    /// The same keys, of which others are tallied.
    func selecting(_ selection: GroupSelection) -> GroupKeys {
        var keys = self
        keys.selection = selection
        return keys
    }

    /// The tally of each unit: the number of its group, or what the selection has in its place; -1 for
    /// those that are not accepted or not selected.
    mutating func groups<Unit: DimensionedUnit>(
        of units: [Unit],
        accepts: (Unit) -> Bool
    )
        -> [Int32]
    {
        var groups = units.map { accepts($0) ? Int32(0) : -1 }
        let zone = zone
        for place in by.indices {
            let dimension = by[place]
            if let length = dimension.length {
                Self.extend(&groups, units: units, numbering: &numberings[place]) {
                    zone.start(of: length, holding: $0.time).micros
                }
            } else {
                Self.extend(&groups, units: units, numbering: &numberings[place]) {
                    $0.code(of: dimension)
                }
            }
        }
        selection.apply(to: &groups)
        return groups
    }

    /// The different codes of the dimension at a place.
    func codes(at place: Int) -> Set<Int64> { Set(numberings[place].allCodes) }

    /// The key of a group as codes, one a dimension; a time's code is its start.
    func codes(of group: Int) -> [Int64] {
        var codes: [Int64] = []
        var number = group
        for numbering in numberings.reversed() {
            let pair = numbering[number]
            codes.append(pair.code)
            number = Int(pair.prefix)
        }
        return codes.reversed()
    }

    /// Turns each number of the values so far into the number with one more value.
    private static func extend<Unit>(
        _ groups: inout [Int32],
        units: [Unit],
        numbering: inout PairNumbering,
        code: (Unit) -> Int64
    ) {
        for index in units.indices where groups[index] >= 0 {
            groups[index] = numbering.number(groups[index], code(units[index]))
        }
    }
}

/// Which groups are tallied, and where.
enum GroupSelection: Sendable {
    /// Those with numbers below a limit, each at its number: the others only get their numbers.
    case first(Int)
    /// `places[number]` is where a group is tallied; -1 is nowhere.
    case places([Int32])

    fileprivate func apply(to groups: inout [Int32]) {
        switch self {
        case .first(let limit):
            guard let most = groups.max(), Int(most) >= limit else { return }
            for index in groups.indices where Int(groups[index]) >= limit { groups[index] = -1 }
        case .places(let places):
            for index in groups.indices where groups[index] >= 0 {
                groups[index] = places[Int(groups[index])]
            }
        }
    }
}
