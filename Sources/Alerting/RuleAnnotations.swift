import MetricsEngine

/// What people are told when a rule fires.
struct RuleAnnotations {
    var summary: String?
    var description: String?
    var runbookURL: String?

    private static let keys = ["summary", "description", "runbook_url"]

    /// Reads them; a placeholder that will not be filled in is a warning.
    init(_ object: ObjectReader, _ units: RuleUnits) {
        guard let node = object.node("annotations") else { return }
        let place = object.place("annotations")
        guard let texts = ObjectReader(node, path: place, known: Self.keys, object.diagnostics)
        else { return }
        summary = texts.string("summary")
        description = texts.string("description")
        runbookURL = texts.string("runbook_url")
        let labels = Set(units.groupBy + units.filters.map(\.dimension)).map(\.rawValue)
        let known = ["value", "threshold"] + labels.map { "labels.\($0)" }.sorted()
        for (key, text) in zip(Self.keys, [summary, description, runbookURL]) {
            for name in AlertTemplate.placeholders(of: text ?? "") where !known.contains(name) {
                texts.warn(
                    key,
                    "{\(name)} will stay as it is",
                    suggestion: "filled in are \(known.map { "{\($0)}" }.joined(separator: ", "))"
                )
            }
        }
    }
}
