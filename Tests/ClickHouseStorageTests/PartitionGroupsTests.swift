import Testing

@testable import ClickHouseStorage

struct PartitionGroupsTests {
    @Test("Every row is in one group, and a group has few days", arguments: [0, 1, 50, 51, 365])
    func groups(days: Int) {
        let minutes = (0..<3 * days).map { Int64($0 % max(days, 1)) * 1_440 + Int64($0) }
        let groups = PartitionGroups.of(minutes)
        #expect(groups.joined().sorted() == Array(minutes.indices))
        for group in groups {
            #expect(Set(group.map { minutes[$0] / 1_440 }).count <= PartitionGroups.maxDays)
        }
        #expect(groups.count == (days + 49) / 50)
    }
}
