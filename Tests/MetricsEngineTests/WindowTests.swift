import AgentEvents
import MetricsEngine
import Testing

struct WindowTests {
    static let windows: [(since: Double, until: Double, now: Double, calls: Int64)] = [
        (10, 20, 100, 1),  // the first moment is inside
        (9, 10, 100, 0),  // the last one is not
        (10.000001, 20, 100, 0),
        (0, 20, 10, 0),  // what lies after now is not there yet
        (0, 20, 10.000001, 1),
    ]

    @Test("A window is half-open and ends now at the latest", arguments: windows)
    func halfOpen(window: (since: Double, until: Double, now: Double, calls: Int64)) throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 10, subject: "m")
        let report = try store.report(window.since, window.until, now: window.now)
        #expect(report.value("llm_calls") == .whole(window.calls, n: window.calls))
    }

    @Test("A request is in the window in which it closes")
    func closing() throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "ended", at: 10, agent: "x", subject: "m")
        store.add(.taskEnd, "ended", at: 20, agent: "x") { $0.outcomeCode = 1 }
        store.add(.llmCall, "idle", at: 20, agent: "y", subject: "m")
        store.add(.llmCall, "crashed", at: 20, agent: "x", subject: "m")
        #expect(try store.report(20, 21, now: 9_999).value("requests")?.n == 1)
        #expect(try store.report(320, 321, now: 9_999).value("requests")?.n == 1)
        #expect(try store.report(1_820, 1_821, now: 9_999).value("requests")?.n == 1)
        #expect(try store.report(0, 9_999).value("unfinished_requests") == .whole(1, n: 3))
        #expect(try store.report(0, 9_999).value("error_rate") == .real(1.0 / 3, n: 3))
    }

    @Test("A request that closes exactly now is closed, and its window does not hold it yet")
    func closesNow() throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 0, subject: "m")
        #expect(try store.report(0, 300).value("open_requests") == .whole(0, n: 0))
        #expect(try store.report(0, 300).value("requests") == .whole(0, n: 0))
        #expect(try store.report(0, 300.000001).value("requests") == .whole(1, n: 1))
        #expect(try store.report(0, 299.999999).value("open_requests") == .whole(1, n: 1))
    }
}
