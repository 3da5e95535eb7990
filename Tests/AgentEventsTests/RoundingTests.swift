import AgentEvents
import Testing

struct RoundingTests {
    @Test(
        "Halves go to the even neighbour, on both sides of zero",
        arguments: [
            (5, 1, 2, 2), (7, 1, 2, 4), (-5, 1, 2, -2), (-7, 1, 2, -4), (1, 1, 3, 0), (2, 1, 3, 1),
            (-1, 1, 3, 0), (-2, 1, 3, -1), (0, 9, 7, 0),
        ] as [(Int64, Int64, Int64, Int64)]
    )
    func halfEven(value: Int64, factor: Int64, divisor: Int64, expected: Int64) {
        #expect(roundedHalfEven(value, times: factor, over: divisor) == expected)
    }

    @Test("A product beyond 64 bits is exact, a result beyond them is nothing")
    func wide() {
        #expect(roundedHalfEven(.max, times: 1_000, over: 1_000) == .max)
        #expect(roundedHalfEven(.max, times: 2, over: 1) == nil)
        #expect(roundedHalfEven(.min, times: 1, over: 1) == .min)
    }
}
