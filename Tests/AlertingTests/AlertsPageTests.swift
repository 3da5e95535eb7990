import Alerting
import EventStorage
import Foundation
import Testing

/// docs/ALERTS.md promises what the program does.
struct AlertsPageTests {
    private static func page() throws -> String {
        let url = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent()
            .appendingPathComponent("../../docs/ALERTS.md")
            .standardizedFileURL
        return try String(contentsOf: url, encoding: .utf8)
    }

    /// The blocks that are fenced as JSON.
    private static func examples(of page: String) -> [String] {
        page.components(separatedBy: "```json\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    @Test("Every example of the page is a file that loads without warnings")
    func examples() throws {
        let examples = Self.examples(of: try Self.page())
        #expect(examples.count >= 5)
        for example in examples {
            do {
                let file = try AlertsFile.decode(example)
                #expect(file.warnings.isEmpty, "\(file.warnings)")
                #expect(!file.rules.isEmpty)
            } catch {
                Issue.record("\(error)\n\(example)")
            }
        }
    }

    @Test("Every key, result and status has its place on the page")
    func vocabulary() throws {
        let page = try Self.page()
        let keys =
            [
                "name", "type", "metric", "op", "threshold", "recover", "slow_ms", "window",
                "where",
                "group_by", "min_samples", "for", "keep_firing_for", "max_gap", "eval_delay",
                "on_no_data", "severity", "annotations", "enabled", "baseline", "min_change",
                "objective", "period", "receivers", "repeat_every", "url", "command", "secret",
                "timeout",
            ] + ReceiverType.allCases.map(\.rawValue) + BuiltInRule.allCases.map(\.rawValue)
        let words = keys + Judgement.allCases.map(\.rawValue)
        for word in words { #expect(page.contains("`\(word)`"), "\(word)") }
        for status in CheckStatus.allCases {
            #expect(page.contains("| \(status.exitCode) | \(status.rawValue.uppercased()) |"))
        }
    }
}
