import Foundation
import Rollups
import Testing

/// Sketches against PyPI's `ddsketch`, which others wrote after the same paper.
struct DDSketchTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    /// A Python with ddsketch, made by `scripts/install-deps.sh test`.
    private static let python = folder.appendingPathComponent("../../.build/venv/bin/python3")
        .standardizedFileURL
    /// Whether it can be asked.
    static let isInstalled: Bool = {
        let process = Process()
        process.executableURL = python
        process.arguments = ["-c", "import ddsketch"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    private struct Answer: Decodable {
        var keys: [Int32]
        var estimates: [Double]
        var ranks: [Int64]
        var quantiles: [Double]
    }

    @Test(
        "Bins and estimates equal those of ddsketch",
        .enabled(
            if: isInstalled,
            "needs the Python package ddsketch in .build/venv: scripts/install-deps.sh test"
        )
    )
    func equal() throws {
        let lists = [Self.borders] + (1...20).map(Self.values)
        let answers = try Self.ask(lists)
        try #require(answers.count == lists.count)
        for (values, answer) in zip(lists, answers) {
            var whole = Sketch()
            for value in values { whole.add(value) }
            for (value, (key, estimate)) in zip(
                values.filter { $0 > 0 },
                zip(answer.keys, answer.estimates)
            ) {
                var one = Sketch()
                one.add(value)
                #expect(one.bins.map(\.index) == [key], "\(value)")
                expectNear(one.estimate(atRank: 0), estimate, "\(value)")
            }
            for (rank, estimate) in zip(answer.ranks, answer.quantiles) {
                expectNear(whole.estimate(atRank: rank), estimate, "rank \(rank)")
            }
        }
    }

    /// To the half thousandth that estimates are rounded to, and the accuracy of a `Double`.
    private func expectNear(_ thousandths: Int128, _ expected: Double, _ place: String) {
        let error = abs(Double(thousandths) / 1_000 - expected)
        #expect(error <= 0.000_501 + 1e-11 * expected, "\(place)")
    }

    /// The integers around the borders of bins, as far as a `Double` tells them apart.
    private static let borders: [Int64] = (0...1_040).flatMap { bin in
        let border = Int64(pow(101.0 / 99, Double(bin)))
        return [border, border + 1]
    }

    private static func values(seed: Int) -> [Int64] {
        var dice = CellDice(seed: UInt64(seed))
        return (0..<400).map { _ in
            if Int.random(in: 0..<10, using: &dice) == 0 { return 0 }
            let most = Int64(1) << Int64.random(in: 0...45, using: &dice)
            return .random(in: 0...most, using: &dice)
        }
    }

    /// The answers of the script to lists of values, one a list.
    private static func ask(_ lists: [[Int64]]) throws -> [Answer] {
        let scratch = FileManager.default.temporaryDirectory
            .appendingPathComponent("ddsketch-\(UUID())")
        let question = try lists.map { try JSONEncoder().encode($0) + Data("\n".utf8) }
        try Data(question.joined()).write(to: scratch)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process()
        let output = Pipe()
        process.executableURL = python
        process.arguments = [folder.appendingPathComponent("ddsketch_bins.py").path]
        process.standardInput = try FileHandle(forReadingFrom: scratch)
        process.standardOutput = output
        try process.run()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try answer.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Answer.self, from: Data($0))
        }
    }
}
