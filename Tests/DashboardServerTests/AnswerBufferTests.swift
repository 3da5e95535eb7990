import HTTPTypes
import Hummingbird
import Testing

@testable import DashboardServer

struct AnswerBufferTests {
    @Test("An answer holds what was written, and gives its memory back")
    func content() async throws {
        let budget = AnswerBudget(maxBytes: 1 << 20)
        let text = String(repeating: "0123456789", count: 30_000)
        do {
            let buffer = AnswerBuffer(budget)
            try buffer.write(text)
            try buffer.write("end")
            #expect(budget.bytes >= 300_003)
            let response = buffer.response("text/plain")
            #expect(response.body.contentLength == 300_003)
            let writer = CollectingWriter()
            try await response.body.write(writer)
            #expect(await writer.collected.text == text + "end")
        }
        #expect(budget.bytes == 0)
    }

    @Test("Answers that would hold too much together are refused, and later ones are not")
    func full() throws {
        let budget = AnswerBudget(maxBytes: 200_000)
        let first = AnswerBuffer(budget)
        try first.write(String(repeating: "x", count: 120_000))
        let second = AnswerBuffer(budget)
        let problem = #expect(throws: Problem.self) {
            try second.write(String(repeating: "x", count: 120_000))
        }
        #expect(problem?.status == .serviceUnavailable)
        #expect(problem?.headers[.retryAfter] == "2")
        #expect(budget.bytes <= 200_000)
        withExtendedLifetime(first) {}
    }
}

/// Collects what a body writes.
private struct CollectingWriter: ResponseBodyWriter {
    actor Collected {
        private(set) var text = ""
        func add(_ piece: String) { text += piece }
    }

    let collected = Collected()

    func write(_ buffer: ByteBuffer) async throws { await collected.add(String(buffer: buffer)) }

    func finish(_ headers: HTTPFields?) async throws {}
}
