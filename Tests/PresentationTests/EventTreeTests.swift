import AgentEvents
import EventStorage
import Testing

@testable import Presentation

struct EventTreeTests {
    private static func events(_ ids: [(id: String?, parent: String?)]) -> [EventDetail] {
        ids.enumerated().map { index, pair in
            let time = Timestamp(micros: Int64(index))
            var event = EventDetail(
                event: AgentEvent(kind: .toolCall, source: 0, offset: 0, timestamp: time),
                sourcePath: ""
            )
            (event.eventID, event.parentID) = (pair.id, pair.parent)
            return event
        }
    }

    private static func shape(_ ids: [(id: String?, parent: String?)]) -> [String] {
        EventTree(events(ids)).nodes.map { "\($0.index):\($0.depth)" }
    }

    @Test func `without parents the order stays`() {
        #expect(Self.shape([(nil, nil), ("a", nil), (nil, "elsewhere")]) == ["0:0", "1:0", "2:0"])
    }

    @Test func `children stand below their parent, wherever they came`() {
        let shape = Self.shape([
            ("grandchild", "child"), ("root", nil), ("other", nil), ("child", "root"),
            (nil, "root"), (nil, "child"),
        ])
        #expect(shape == ["1:0", "3:1", "0:2", "5:2", "4:1", "2:0"])
    }

    @Test func `circles and events that name themselves are shown once`() {
        #expect(Self.shape([("a", "a")]) == ["0:0"])
        #expect(Self.shape([("a", "b"), ("b", "a"), ("c", "a")]) == ["0:0", "1:1", "2:1"])
    }

    @Test func `an id that is there twice is that of the first`() {
        #expect(Self.shape([("a", nil), ("a", nil), (nil, "a")]) == ["0:0", "2:1", "1:0"])
    }

    @Test func `a chain as long as a request may have events is no trouble`() {
        let chain = (0..<2_000).map { (id: "\($0)" as String?, parent: "\($0 - 1)" as String?) }
        #expect(EventTree(Self.events(chain)).nodes.last?.depth == 1_999)
    }
}
