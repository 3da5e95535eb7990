import Testing

/// The figures at `/metrics` and the Grafana dashboard over them, against Debian's Prometheus.
struct PrometheusTests {
    @Test func `Prometheus reads the figures, and answers what the dashboard asks`() async throws {
        let script = Checkout.path("Tests/Serving/prometheus.py")
        let running = try Program.python.start([script, Binary.program.path])
        let finished = try await running.finishedLater(seconds: 240)
        #expect(finished.code == 0, "\(finished.complaints)")
        #expect(finished.output == "prometheus: fine\n")
    }
}
