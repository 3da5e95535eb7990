import AgentEvents
import EventDecoding
import Foundation
import MetricsEngine
import Testing

/// The pages say what there is, and name only what there is.
struct PageTests {
    @Test("Every metric is on the reference page, which is as the program prints it")
    func metrics() throws {
        let page = try Repository.text(of: "docs/METRICS.md")
        for metric in MetricCatalog.all {
            #expect(page.contains("`\(metric.name)`"), "\(metric.name)")
        }
        let printed = MetricCatalog.reference().trimmingCharacters(in: .newlines)
        #expect(page.trimmingCharacters(in: .newlines) == printed, "stale: run make docs")
    }

    @Test("Every field, rejection reason and error class is on the page of the format")
    func format() throws {
        let page = try Repository.text(of: "docs/EVENT_FORMAT.md")
        let words =
            NativeField.allCases.map(\.key) + RejectionReason.allCases.map(\.rawValue)
            + ErrorClass.allCases.map(\.name) + TaskOutcome.allCases.map(\.name)
            + BreakerState.allCases.map(\.name)
        for word in words { #expect(page.contains("`\(word)`"), "\(word)") }
    }

    @Test("Every command that is shown has a chapter")
    func commands() throws {
        let page = try Repository.text(of: "docs/CLI.md")
        var names: [String] = []
        for path in try Repository.files(in: "Sources/agentwatch", endingIn: ["swift"]) {
            let text = try Repository.text(of: path)
            guard !text.contains("shouldDisplay: false") else { continue }
            names += text.matches(of: /commandName: "([a-z]+)"/).map { String($0.output.1) }
        }
        #expect(names.contains("ingest"))
        for name in names {
            #expect(page.contains(try Regex("(?m)^## (?:[a-z]+ )*\(name)$")), "\(name)")
        }
    }

    @Test("Every relative link and every path in code leads somewhere")
    func links() throws {
        for path in try Repository.files(in: "", endingIn: ["md"]) {
            let page = try Repository.text(of: path)
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            for match in page.matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/) {
                let link = String(match.output.1)
                guard !link.contains("://"), !link.hasPrefix("mailto:") else { continue }
                #expect(Repository.exists(folder + "/" + link), "\(path) links to \(link)")
            }
            for match in page.matches(of: /`((?:Sources|Tests|docs|scripts|bench)\/[\w.\/+-]+)`/) {
                let named = String(match.output.1)
                #expect(Repository.exists(named), "\(path) names \(named)")
            }
        }
    }
}
