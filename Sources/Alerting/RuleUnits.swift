import AgentEvents
import MetricsEngine

/// Which units a rule looks at, and how it groups them.
struct RuleUnits {
    var filters: [MetricFilter] = []
    var groupBy: [Dimension] = []

    /// Times are chosen by the window.
    private static let dimensions = Dimension.allCases.filter { !$0.isTime }
    /// What requests can be filtered by as `outcome`; `null` is none.
    private static let outcomes = TaskOutcome.allCases.map(\.name) + ["unfinished", "open"]

    init(_ object: ObjectReader, _ metric: Metric?, _ list: inout ProblemList) {
        filters = Self.filters(object, metric, &list)
        groupBy = Self.groupBy(object, metric, &list)
    }

    private static func filters(
        _ object: ObjectReader,
        _ metric: Metric?,
        _ list: inout ProblemList
    ) -> [MetricFilter] {
        guard let node = object.node("where") else { return [] }
        guard case .object(let members) = node.value else {
            list.add(
                object.place("where"),
                node.line,
                "\(node.kind) stands where an object is expected",
                "write {\"agent\": \"name\"}"
            )
            return []
        }
        var filters: [MetricFilter] = []
        for member in members {
            let place = "\(object.place("where")).\(member.key)"
            let dimension = dimension(member.key, place, member.line, metric, &list)
            guard let dimension else { continue }
            if filters.contains(where: { $0.dimension == dimension }) {
                list.add(place, member.line, "the key is there twice", "write a list of values")
            }
            let values = values(member.node, place, &list)
            check(values, of: dimension, place, member.line, &list)
            filters.append(MetricFilter(dimension, values))
        }
        return filters
    }

    private static func values(
        _ node: JSONNode,
        _ place: String,
        _ list: inout ProblemList
    ) -> [String?] {
        switch node.value {
        case .string(let text): return [text]
        case .null: return [nil]
        case .array(let items):
            if items.isEmpty { list.add(place, node.line, "an empty list matches nothing") }
            return items.enumerated().compactMap { index, item -> String?? in
                switch item.value {
                case .string(let text): return .some(text)
                case .null: return .some(nil)
                case .bool, .number, .array, .object:
                    list.add(
                        "\(place)[\(index)]",
                        item.line,
                        "\(item.kind) stands where a string is expected"
                    )
                    return nil
                }
            }
        case .bool, .number, .object:
            list.add(
                place,
                node.line,
                "\(node.kind) stands where a string or a list is expected"
            )
            return []
        }
    }

    /// Dimensions whose values are known beforehand: a slip there would match nothing for ever.
    private static func check(
        _ values: [String?],
        of dimension: Dimension,
        _ place: String,
        _ line: Int,
        _ list: inout ProblemList
    ) {
        let known: [String]
        switch dimension {
        case .error: known = ErrorClass.allCases.map(\.name)
        case .outcome: known = outcomes
        case .agent, .model, .provider, .tool, .user, .session, .minute, .hour, .day: return
        }
        for case .some(let value) in values where !known.contains(value) {
            let nearest = NearestName.of(value, in: known)
            list.add(
                place,
                line,
                "\(JSONNode.quoted(value)) is none of \(known.joined(separator: ", "))",
                nearest.map { "did you mean \($0)?" }
            )
        }
    }

    private static func groupBy(
        _ object: ObjectReader,
        _ metric: Metric?,
        _ list: inout ProblemList
    ) -> [Dimension] {
        guard let node = object.node("group_by") else { return [] }
        guard case .array(let items) = node.value else {
            list.add(
                object.place("group_by"),
                node.line,
                "\(node.kind) stands where a list is expected",
                "write [\"agent\"]"
            )
            return []
        }
        var dimensions: [Dimension] = []
        for (index, item) in items.enumerated() {
            let place = "\(object.place("group_by"))[\(index)]"
            guard case .string(let word) = item.value else {
                list.add(place, item.line, "\(item.kind) stands where a string is expected")
                continue
            }
            guard let dimension = dimension(word, place, item.line, metric, &list) else { continue }
            if dimensions.contains(dimension) {
                list.add(place, item.line, "\(word) is there twice")
            } else {
                dimensions.append(dimension)
            }
        }
        return dimensions
    }

    private static func dimension(
        _ word: String,
        _ place: String,
        _ line: Int,
        _ metric: Metric?,
        _ list: inout ProblemList
    ) -> Dimension? {
        guard let dimension = dimensions.first(where: { $0.rawValue == word }) else {
            let names = dimensions.map(\.rawValue)
            let nearest = NearestName.of(word, in: names)
            let isTime = Dimension(rawValue: word) != nil
            list.add(
                place,
                line,
                isTime
                    ? "\(word) is a stretch of time, which the window chooses"
                    : "unknown dimension \(JSONNode.quoted(word))",
                nearest.map { "did you mean \($0)?" }
                    ?? "dimensions are \(names.joined(separator: ", "))"
            )
            return nil
        }
        if let metric, !metric.carries(dimension) {
            list.add(
                place,
                line,
                "\(metric.name) cannot be told by \(word): \(metric.whyNot(dimension))"
            )
            return nil
        }
        return dimension
    }
}
