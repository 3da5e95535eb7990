import AgentEvents
package import MetricsEngine
import Rollups

/// Dimensions and filters as they are written on the command line.
package enum WhereExpression {
    /// The word for having no value.
    package static let none = "(none)"
    /// The word for all groups that are not among the largest.
    package static let rest = "(rest)"

    /// The filters of `--where` arguments, each `dimension=value,value`.
    ///
    /// Values of one dimension are alternatives, also over several arguments; different dimensions
    /// must all hold. A comma inside a value is written `\,`.
    package static func filters(_ arguments: [String]) throws -> [MetricFilter] {
        var filters: [MetricFilter] = []
        for argument in arguments {
            let (dimension, values) = try condition(argument)
            if let index = filters.firstIndex(where: { $0.dimension == dimension }) {
                filters[index].values += values
            } else {
                filters.append(MetricFilter(dimension, values))
            }
        }
        return filters
    }

    /// The dimensions of `--by` arguments, each a list.
    package static func dimensions(_ arguments: [String]) throws -> [Dimension] {
        let words = arguments.flatMap { $0.split(separator: ",") }
        if words.isEmpty, !arguments.isEmpty {
            let known = Dimension.allCases.map(\.rawValue).joined(separator: ", ")
            throw ParameterError("--by names no dimension; there are \(known)")
        }
        var dimensions: [Dimension] = []
        for word in words {
            let dimension = try dimension(String(word))
            if !dimensions.contains(dimension) { dimensions.append(dimension) }
        }
        return dimensions
    }

    /// The metrics of `--metric` arguments; `nil` where there is none.
    package static func metrics(_ arguments: [String]) throws -> [Metric]? {
        guard !arguments.isEmpty else { return nil }
        let words = arguments.flatMap { $0.split(separator: ",") }
        guard !words.isEmpty else {
            throw ParameterError("--metric names no metric; 'agentwatch docs metrics' lists them")
        }
        return try words.map { word in
            guard let metric = MetricCatalog.metric(named: String(word)) else {
                throw unknown("metric", word: String(word), known: MetricCatalog.all.map(\.name))
            }
            return metric
        }
    }

    private static func dimension(_ word: String) throws -> Dimension {
        guard let dimension = Dimension(rawValue: word) else {
            throw unknown("dimension", word: word, known: Dimension.allCases.map(\.rawValue))
        }
        return dimension
    }

    private static func condition(_ argument: String) throws -> (Dimension, [String?]) {
        guard let sign = argument.firstIndex(of: "=") else {
            let shown = SafeText.line(argument)
            throw ParameterError("--where '\(shown)' has no value; write dimension=value,value")
        }
        let dimension = try dimension(String(argument[..<sign]))
        if dimension.isTime {
            throw ParameterError(
                "--where takes no \(dimension.rawValue); use --since and --until"
            )
        }
        let words = values(argument[argument.index(after: sign)...])
        for word in words { try check(word, of: dimension) }
        return (dimension, words.map { $0 == none ? nil : $0 })
    }

    /// Cut at commas that no backslash stands before.
    private static func values(_ text: Substring) -> [String] {
        var values = [""]
        var isEscaped = false
        for character in text {
            if isEscaped, character != ",", character != "\\" { values[values.count - 1] += "\\" }
            if !isEscaped, character == "," {
                values.append("")
            } else if isEscaped || character != "\\" {
                values[values.count - 1].append(character)
            }
            isEscaped = !isEscaped && character == "\\"
        }
        if isEscaped { values[values.count - 1] += "\\" }
        return values
    }

    /// Errors and outcomes are closed lists, where a wrong word would silently find nothing.
    private static func check(_ word: String, of dimension: Dimension) throws {
        let known: [String]
        switch dimension {
        case .error: known = ErrorClass.allCases.map(\.name)
        case .outcome: known = RequestOutcome.allCases.compactMap(\.name)
        default: return
        }
        if word != none, !known.contains(word) {
            throw unknown(dimension.rawValue, word: word, known: known)
        }
    }

    /// Names the nearest of the known words, or all of a short list.
    package static func unknown(_ kind: String, word: String, known: [String]) -> ParameterError {
        let message = "unknown \(kind) '\(SafeText.line(word))'"
        if let nearest = NearestName.of(word, in: known) {
            return ParameterError("\(message); did you mean \(nearest)?")
        }
        if known.count <= 16 {
            return ParameterError("\(message); there are \(known.joined(separator: ", "))")
        }
        return ParameterError("\(message); 'agentwatch docs \(kind)s' lists them")
    }
}
