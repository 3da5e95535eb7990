import AgentEvents
import Resilience
import Testing

struct AttemptVerdictTests {
    /// 1994-11-06T08:49:37Z, the moment of RFC 9110's own example.
    private static let example = Timestamp(micros: 784_111_777_000_000)

    @Test(
        "What is tried again and what is final",
        arguments: [
            (200, AttemptVerdict.accepted), (202, .accepted), (204, .accepted), (299, .accepted),
            (301, .refused), (302, .refused), (307, .refused), (308, .refused), (304, .refused),
            (400, .refused), (401, .refused), (403, .refused), (404, .refused), (410, .refused),
            (413, .refused), (422, .refused), (408, .again(after: nil)), (429, .again(after: nil)),
            (500, .again(after: nil)), (501, .again(after: nil)), (502, .again(after: nil)),
            (503, .again(after: nil)), (504, .again(after: nil)), (599, .again(after: nil)),
            (600, .refused), (100, .refused), (0, .refused),
        ]
    )
    func statuses(status: Int, verdict: AttemptVerdict) {
        #expect(AttemptVerdict.ofHTTP(status: status, now: Self.example) == verdict)
    }

    @Test(
        "Retry-After counts where the standard gives it a meaning",
        arguments: [
            (429, Int64?(7)), (503, 7), (500, nil), (408, nil),
        ]
    )
    func retryAfter(status: Int, seconds: Int64?) {
        let verdict = AttemptVerdict.ofHTTP(status: status, retryAfter: "7", now: Self.example)
        #expect(verdict == .again(after: seconds.map { $0 * Micros.second }))
    }

    @Test(
        "Retry-After as seconds or a moment, within an hour; anything else says nothing",
        arguments: [
            ("0", Int64?(0)), ("120", 120), (" 5 ", 5), ("3600", 3_600), ("86400", 3_600),
            ("99999999999999999999999", 3_600), ("-1", nil), ("1.5", nil), ("", nil), ("soon", nil),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
            ("Sun, 06 Nov 1994 08:00:00 GMT", 0), ("Fri, 06 Nov 2026 08:00:00 GMT", 3_600),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 25:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil),
        ]
    )
    func delays(text: String, seconds: Int64?) {
        let delay = RetryAfter.delay(text, now: Self.example)
        #expect(delay == seconds.map { $0 * Micros.second })
    }
}
