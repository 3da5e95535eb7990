import Testing

/// What may not stand in the sources, and what needs a reason beside it.
///
/// Regexes are made where they are used: they cannot be shared between concurrent tests.
struct WordingTests {
    @Test("What hides a failure or a race has a comment that says why it does not")
    func reasons() throws {
        let risky =
            /try\?|try!|\?\? 0\b|\bfatalError\b|@unchecked|nonisolated\(unsafe\)|@preconcurrency/
        for file in try Repository.swiftFiles(in: "Sources") {
            let places = file.places(of: risky)
            for place in places where !file.isExplained(place, among: Set(places)) {
                Issue.record("\(file.path):\(place) needs a comment: \(file.lines[place - 1])")
            }
        }
    }

    @Test("Nothing is public, untyped or left for later")
    func banned() throws {
        for file in try Repository.swiftFiles(in: "Sources") {
            for place in file.places(of: /\bpublic\b|\[String: Any\]|\bTask\.detached\b/) {
                Issue.record("\(file.path):\(place): \(file.lines[place - 1])")
            }
        }
        for folder in ["Sources", "Tests"] {
            for file in try Repository.swiftFiles(in: folder) where !file.path.contains("TidyTests")
            {
                for (index, line) in file.lines.enumerated() where line.contains(/TODO|FIXME/) {
                    Issue.record("\(file.path):\(index + 1): \(line)")
                }
            }
        }
    }

    @Test("No name says Utils, Manager or Helper", arguments: ["Sources", "Tests"])
    func names(folder: String) throws {
        let vague =
            /\b(?:struct|class|enum|actor|protocol|typealias)\s+\w*(?:Util|Manager|Helper)s?\b/
        for file in try Repository.swiftFiles(in: folder) {
            #expect(!file.path.contains(/(?:Util|Manager|Helper)s?\.swift$/), "\(file.path)")
            for place in file.places(of: vague) {
                Issue.record("\(file.path):\(place): \(file.lines[place - 1])")
            }
        }
    }

    @Test(
        "Targets that compute ask nobody for the time or for chance",
        arguments: [
            "AgentEvents", "Pricing", "EventDecoding", "Rollups", "MetricsEngine", "Alerting",
            "Presentation", "Resilience",
        ]
    )
    func purity(target: String) throws {
        let impure =
            /\bDate\(\)|\bDate\.now\b|\.random\(|ContinuousClock|SuspendingClock|UUID\(\)|clock_gettime|SystemRandom|\bshuffled\(\)/
        for file in try Repository.swiftFiles(in: "Sources/\(target)") {
            for place in file.places(of: impure) {
                Issue.record("\(file.path):\(place): \(file.lines[place - 1])")
            }
        }
    }

    @Test("There are no emoji", arguments: ["Sources", "Tests"])
    func emoji(folder: String) throws {
        for file in try Repository.swiftFiles(in: folder) {
            for (index, line) in file.lines.enumerated() {
                let hasEmoji = line.unicodeScalars.contains { $0.properties.isEmojiPresentation }
                #expect(!hasEmoji, "\(file.path):\(index + 1)")
            }
        }
    }
}
