import EventDecoding
import Testing

/// The list of fields and the sets of them.
struct NativeFieldTests {
    @Test("Keys are distinct and found again in the line")
    func keys() {
        #expect(Set(NativeField.allCases.map(\.key)).count == NativeField.allCases.count)
        #expect(NativeField.allCases.count <= 64)
    }

    @Test("A set gives back its members")
    func sets() {
        var set = NativeFields(rawValue: 0)
        set.insert(.failureCount)
        set.insert(.event)
        #expect(set.fields == [.event, .failureCount])
        #expect(set.count == 2)
        #expect(!set.contains(.cost))
    }
}
