import Testing

@testable import Pipeline

struct ShippingServiceTests {
    @Test(
        "Together machines send five times a second at most, each twice at most",
        arguments: [
            (1, 500), (2, 500), (3, 600), (1_000, 200_000),
        ]
    )
    func pace(machines: Int64, milliseconds: Int) {
        #expect(ShippingService.pace(machines: machines) == .milliseconds(milliseconds))
    }
}
