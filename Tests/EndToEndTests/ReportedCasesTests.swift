import Foundation
import Testing

/// What people report of other log shippers and dashboards, as the cases of `fixtures/reported` try it.
struct ReportedCasesTests {
    private static let folder = Checkout.path("fixtures/reported")

    /// The cases by name; what they share is no case.
    static let names: [String] = {
        // A folder that cannot be read has no cases, which the first test says.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".sh") && $0 != "lib.sh" }.sorted()
    }()

    @Test("There are cases")
    func found() { #expect(Self.names.count >= 15) }

    @Test("A case comes out right", arguments: names)
    func comesOutRight(name: String) async throws {
        let running = try Program(path: "bash").start([
            Self.folder + "/" + name, Binary.program.path,
        ])
        let finished = try await running.finishedLater(seconds: 120)
        #expect(finished.code == 0, "\(name): \(finished.output)\(finished.complaints)")
    }
}
