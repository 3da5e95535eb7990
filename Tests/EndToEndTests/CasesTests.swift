import Foundation
import Testing

/// The requests that fixtures/cases/cases.md works out by hand.
struct CasesTests {
    private static let files = ["a.jsonl", "b.jsonl"].map { Checkout.path("fixtures/cases/" + $0) }

    /// How the lines of the cases come into the store.
    enum Order: CaseIterable, CustomTestStringConvertible {
        case asTheyStand
        case reversed
        case shuffledLines

        var testDescription: String { "\(self)" }
    }

    @Test(
        "Every case comes out as worked out, in whatever order it came in",
        arguments: Order.allCases
    )
    func cases(order: Order) throws {
        let folder = try TemporaryFolder()
        let database = folder.path("store.db")
        for files in try Self.batches(order, folder) {
            let read = try Binary.run(["ingest", "--db", database] + files)
            #expect(read.code == 0, "\(order): \(read.complaints)")
        }
        let expected = try JSON(Checkout.text("fixtures/cases/expected.json"))
        let now = try #require(expected["now"].text)
        try #require(expected["requests"].keys.count >= 15)
        for id in expected["requests"].keys {
            let found = try Binary.json(["request", id, "--db", database, "--now", now])
            Self.compare(
                expected["requests"][id].elements,
                found["requests"].elements,
                "\(order) \(id)"
            )
        }
    }

    /// The files of each `ingest`.
    private static func batches(_ order: Order, _ folder: TemporaryFolder) throws -> [[String]] {
        switch order {
        case .asTheyStand: return [files]
        case .reversed: return files.reversed().map { [$0] }
        case .shuffledLines:
            // A file a line, whose names keep the order of (source, offset) that decides ties.
            var lines: [String] = []
            for file in files {
                let text = String(
                    decoding: try Data(contentsOf: URL(fileURLWithPath: file)),
                    as: UTF8.self
                )
                for line in text.split(separator: "\n") {
                    lines.append(try folder.write(line + "\n", to: "\(10_000 + lines.count).jsonl"))
                }
            }
            var generator = SeededGenerator(seed: 20_260_105)
            lines.shuffle(using: &generator)
            return stride(from: 0, to: lines.count, by: 15).map { Array(lines[$0...].prefix(15)) }
        }
    }

    private static func compare(_ expected: [JSON], _ found: [JSON], _ name: String) {
        #expect(expected.count == found.count, "\(name): requests")
        for (number, (wanted, got)) in zip(expected, found).enumerated() {
            for field in wanted.keys {
                let value =
                    field == "calls" ? JSON.number("\(got[field].elements.count)") : got[field]
                #expect(
                    Self.isSame(wanted[field], value),
                    "\(name) #\(number + 1) \(field): \(value), expected \(wanted[field])"
                )
            }
        }
    }

    /// Whether two values are equal; a moment may have more zeros behind its point.
    private static func isSame(_ one: JSON, _ other: JSON) -> Bool {
        guard let text = other.text, text.hasSuffix("Z"), let point = text.firstIndex(of: ".")
        else {
            return one.agrees(with: other)
        }
        let fraction = text[point...].dropLast()
        let zeros = fraction.reversed().prefix { $0 == "0" }.count
        let forms = (0...zeros).map { JSON.string(text.dropLast($0 + 1) + "Z") }
        return forms.contains(one)
    }
}
