import EventStorage

/// Puts rows together whose days are few: a server of today refuses to store rows of more than 100 partitions at once,
/// and those of a day are one.
enum PartitionGroups {
    /// How many days the rows of a group have at most.
    static let maxDays = 50
    private static let minutesADay: Int64 = 1_440

    /// The places of rows in groups; of few days one group, in the order in which they came.
    ///
    /// `minutes`: of each row, since 1970.
    static func of(_ minutes: [Int64]) -> [[Int]] {
        let days = minutes.map { $0 / minutesADay }
        let distinct = Set(days).sorted()
        guard distinct.count > maxDays else {
            return minutes.isEmpty ? [] : [Array(minutes.indices)]
        }
        var groupOfDay: [Int64: Int] = [:]
        for (place, day) in distinct.enumerated() { groupOfDay[day] = place / maxDays }
        var groups = [[Int]](repeating: [], count: (distinct.count - 1) / maxDays + 1)
        for (index, day) in days.enumerated() {
            guard let group = groupOfDay[day] else { preconditionFailure("the day was just seen") }
            groups[group].append(index)
        }
        return groups
    }
}
