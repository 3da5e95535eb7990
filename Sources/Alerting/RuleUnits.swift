import AgentEvents
import MetricsEngine

/// Which units a rule looks at, and how it groups them.
struct RuleUnits {
    var filters: [MetricFilter] = []
    var groupBy: [Dimension] = []

    init(_ object: ObjectReader, _ metric: Metric?) {
        let reader = RuleUnitReader(object: object, metric: metric)
        filters = reader.filters()
        groupBy = reader.groupBy()
    }
}

/// Reads the keys `where` and `group_by` of a rule; without a metric, any dimension is taken.
private struct RuleUnitReader {
    let object: ObjectReader
    let metric: Metric?

    /// Times are chosen by the window.
    private static let dimensions = Dimension.allCases.filter { !$0.isTime }
    /// What requests can be filtered by as `outcome`; `null` is none.
    private static let outcomes = TaskOutcome.allCases.map(\.name) + ["unfinished", "open"]

    func filters() -> [MetricFilter] {
        guard let node = object.node("where") else { return [] }
        guard case .object(let members) = node.value else {
            object.report(
                "where",
                "\(node.kind) stands where an object is expected",
                suggestion: "write {\"agent\": \"name\"}"
            )
            return []
        }
        var filters: [MetricFilter] = []
        for member in members {
            let place = "\(object.place("where")).\(member.key)"
            let dimension = self.dimension(
                member.key,
                place: place,
                line: member.line
            )
            guard let dimension else { continue }
            if filters.contains(where: { $0.dimension == dimension }) {
                object.diagnostics.add(
                    place,
                    line: member.line,
                    message: "the key is there twice",
                    suggestion: "write a list of values"
                )
            }
            let values = self.values(member.node, place: place)
            check(values, of: dimension, place: place, line: member.line)
            filters.append(MetricFilter(dimension, values))
        }
        return filters
    }

    private func values(
        _ node: JSONNode,
        place: String
    ) -> [String?] {
        switch node.value {
        case .string(let text): return [text]
        case .null: return [nil]
        case .array(let items):
            if items.isEmpty {
                object.diagnostics.add(
                    place,
                    line: node.line,
                    message: "an empty list matches nothing"
                )
            }
            return items.enumerated().compactMap { index, item -> String?? in
                switch item.value {
                case .string(let text): return .some(text)
                case .null: return .some(nil)
                case .bool, .number, .array, .object:
                    object.diagnostics.add(
                        "\(place)[\(index)]",
                        line: item.line,
                        message: "\(item.kind) stands where a string is expected"
                    )
                    return nil
                }
            }
        case .bool, .number, .object:
            object.diagnostics.add(
                place,
                line: node.line,
                message: "\(node.kind) stands where a string or a list is expected"
            )
            return []
        }
    }

    /// Dimensions whose values are known beforehand: a slip there would match nothing for ever.
    private func check(
        _ values: [String?],
        of dimension: Dimension,
        place: String,
        line: Int
    ) {
        let known: [String]
        switch dimension {
        case .error: known = ErrorClass.allCases.map(\.name)
        case .outcome: known = Self.outcomes
        case .agent, .model, .provider, .tool, .user, .session, .minute, .hour, .day: return
        }
        for case .some(let value) in values where !known.contains(value) {
            let nearest = NearestName.of(value, in: known)
            object.diagnostics.add(
                place,
                line: line,
                message: "\(JSONText.quoted(value)) is none of \(known.joined(separator: ", "))",
                suggestion: nearest.map { "did you mean \($0)?" }
            )
        }
    }

    func groupBy() -> [Dimension] {
        guard let node = object.node("group_by") else { return [] }
        guard case .array(let items) = node.value else {
            object.report(
                "group_by",
                "\(node.kind) stands where a list is expected",
                suggestion: "write [\"agent\"]"
            )
            return []
        }
        var dimensions: [Dimension] = []
        for (index, item) in items.enumerated() {
            let place = "\(object.place("group_by"))[\(index)]"
            guard case .string(let word) = item.value else {
                object.diagnostics.add(
                    place,
                    line: item.line,
                    message: "\(item.kind) stands where a string is expected"
                )
                continue
            }
            guard
                let dimension = self.dimension(
                    word,
                    place: place,
                    line: item.line
                )
            else { continue }
            if dimensions.contains(dimension) {
                object.diagnostics.add(place, line: item.line, message: "\(word) is there twice")
            } else {
                dimensions.append(dimension)
            }
        }
        return dimensions
    }

    private func dimension(
        _ word: String,
        place: String,
        line: Int
    ) -> Dimension? {
        guard let dimension = Self.dimensions.first(where: { $0.rawValue == word }) else {
            let names = Self.dimensions.map(\.rawValue)
            let nearest = NearestName.of(word, in: names)
            let isTime = Dimension(rawValue: word) != nil
            object.diagnostics.add(
                place,
                line: line,
                message: isTime
                    ? "\(word) is a stretch of time, which the window chooses"
                    : "unknown dimension \(JSONText.quoted(word))",
                suggestion: nearest.map { "did you mean \($0)?" }
                    ?? "dimensions are \(names.joined(separator: ", "))"
            )
            return nil
        }
        if let metric, !metric.carries(dimension) {
            object.diagnostics.add(
                place,
                line: line,
                message: "\(metric.name) cannot be told by \(word): \(metric.whyNot(dimension))"
            )
            return nil
        }
        return dimension
    }
}
