import Pipeline
import Testing

struct IngestBudgetTests {
    private let start = ContinuousClock.now

    @Test("What is reserved is given back when nobody refers to it")
    func release() {
        let budget = IngestBudget(maxBytes: 100)
        do {
            let one = budget.open(now: start)
            #expect(one.reserve(60, now: start) && !one.reserve(41, now: start))
            #expect(budget.posts == 1 && budget.bytes == 60)
            _ = one.complete()
        }
        #expect(budget.posts == 0 && budget.bytes == 0)
    }

    @Test("A body that has stalled gives way, the one that stalled first before the others")
    func stalled() async {
        let budget = IngestBudget(maxBytes: 100)
        let (first, second) = (budget.open(now: start), budget.open(now: start))
        #expect(first.reserve(50, now: start) && second.reserve(50, now: start + .milliseconds(1)))
        let third = budget.open(now: start)
        #expect(!third.reserve(10, now: start + .milliseconds(900)), "neither has stalled yet")
        #expect(third.reserve(10, now: start + .seconds(2)))
        await first.waitUntilRevoked()
        #expect(!first.complete() && !first.reserve(1, now: start + .seconds(2)))
        #expect(second.complete())
        #expect(budget.bytes == 60)
    }

    @Test("A whole body, which waits for us, never gives way")
    func whole() {
        let budget = IngestBudget(maxBytes: 100)
        let first = budget.open(now: start)
        #expect(first.reserve(100, now: start) && first.complete())
        let second = budget.open(now: start)
        #expect(!second.reserve(1, now: start + .seconds(60)))
        #expect(first.complete())
    }
}
